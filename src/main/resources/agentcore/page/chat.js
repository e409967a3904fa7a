// The chat of a signed-in user: receives the client's events, keeps the conversations, and notes what has to be drawn.

import { mentions } from './agentcore-client.js';
import { Alerts } from './alerts.js';
import { Blocks } from './blocks.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { Directory } from './directory.js';
import { byId, paintAvatar, sentence } from './dom.js';
import { Forgotten } from './forgotten.js';
import { Frames } from './frames.js';
import { History } from './history.js';
import { Invitations } from './invitations.js';
import { connectLeaving } from './leaving.js';
import { LogView } from './log-view.js';
import { Members } from './members.js';
import { isolated } from './names.js';
import { notice } from './notices.js';
import { Outgoing } from './outgoing.js';
import { mentionable, People } from './people.js';
import { ReadPositions } from './read-positions.js';
import { Screen } from './screen.js';
import { Sidebar } from './sidebar.js';
import { isNeeded } from './sign-in.js';
import { Switcher } from './switcher.js';
import * as texts from './texts.js';

const LIST_EVERY = 20_000;

export class Chat {
  #client;
  #opened;
  #roomToOpen; // when the client enters it
  #conversations = new Map();
  #forgotten = new Forgotten((conversation) => this.#createAgain(conversation));
  #current = null;
  #frames = new Frames(() => this.#markRead(), (changed) => this.#draw(changed));
  #directory;
  #history;
  #positions = new ReadPositions();
  #log;
  #screen;
  #composer;
  #blocks;
  #invitations;
  #outgoing;
  #alerts;

  /**
   * @param {object} client a connected AgentCoreClient
   * @param {object} options
   * @param {string} options.room the room to open when the client enters it
   * @param {(room: string) => void} options.opened receives the open room
   * @param {() => boolean} options.mayLeaveDrafts whether drafts may stay on this browser when the tab is closed
   */
  constructor(client, { room, opened, mayLeaveDrafts }) {
    this.#client = client;
    this.#roomToOpen = room;
    this.#opened = opened;
    const people = new People(client, () => this.#frames.soon('log'));
    this.#outgoing = new Outgoing(client, () => this.#frames.changed('log'), mayLeaveDrafts);
    this.#directory = new Directory(client, (name) => this.#room(name), this.#frames);
    this.#history = new History(client, (user) => this.#privately(user), (conversation) => this.#changedLog(conversation));
    this.#log = new LogView({
      older: () => this.#history.loadOlder(this.#current),
      newer: () => this.#history.loadNewer(this.#current),
      toEnd: () => this.#current.isCut && this.#history.toEnd(this.#current),
      redraw: () => this.#frames.changed('log'),
      mentionsUser: ({ text }) => mentions(text, client.user),
      write: (user) => this.openPrivate(user),
      names: people,
      retry: (item) => this.#outgoing.deliver(this.#current, item),
      edit: (item) => {
        this.#composer.prepend(item.text);
        this.#outgoing.discard(this.#current, item);
      },
      discard: (item) => this.#outgoing.discard(this.#current, item),
    });
    this.#blocks = new Blocks(client, () => this.#frames.changed('members'));
    this.#alerts = new Alerts(client, {
      isBlocked: (user) => this.#blocks.has(user),
      open: ({ room, user }) => (room === undefined ? this.openPrivate(user) : this.openRoom(room)),
    });
    this.#invitations = new Invitations({ join: (name) => this.join(name), isIn: (name) => this.#room(name) !== undefined });
    this.#screen = new Screen({ sidebar: this.#sidebar(), log: this.#log, members: this.#members(), blocks: this.#blocks }, client.user);
    this.#composer = new Composer({
      send: (text) => this.#send(text),
      changed: (text) => this.#outgoing.setDraft(this.#current, text),
      names: () => mentionable(this.#current, client.user),
      typing: () => (this.#current.isRoom ? client.typing(this.#current.name) : client.typingTo(this.#current.name)),
      stopped: () => (this.#current.isRoom ? client.stopTyping(this.#current.name) : client.stopTypingTo(this.#current.name)),
    });
    byId('own-name').textContent = client.user;
    paintAvatar(byId('own-avatar'), client.user);
    connectLeaving(() => this.#current, () => this.#leave());
    byId('block').addEventListener('click', () => this.#blocks.act(this.#current.name));
    document.addEventListener('visibilitychange', () => this.#frames.changed());
    for (const type of ['focus', 'blur']) window.addEventListener(type, () => this.#frames.changed());
    this.#listen();
    setInterval(() => client.state === 'online' && !document.hidden && this.#directory.list(), LIST_EVERY);
  }

  #sidebar() {
    const join = (room) => this.join(room);
    const open = (conversation) => {
      this.#roomToOpen = '';
      this.open(conversation);
    };
    new Switcher({ candidates: () => this.#directory.candidates(this.#conversations.values()), open: (room) => this.openRoom(room), join, write: (user) => this.openPrivate(user) });
    return new Sidebar({ open, join });
  }

  #members() {
    const client = this.#client;
    return new Members({
      opened: () => this.#frames.changed('members'),
      write: (user) => this.openPrivate(user),
      remove: (user) => this.#try(client.remove(this.#current.name, user)),
      invite: (user) => this.#invite(this.#current.name, user),
      blocking: (user) => this.#blocks.action(user),
      block: (user) => this.#blocks.act(user),
    });
  }

  #listen() {
    const on = (type, listener) => this.#client.on(type, listener);
    on('chat_message', (message) => this.#receive(message));
    on('private_message', (message) => this.#receivePrivate(message));
    on('private_message_sent', (message) => this.#receivePrivate(message));
    on('inbox_gap', ({ reason }) => this.#gapInPrivate(reason));
    on('room_joined', ({ room }) => this.#enter(room));
    on('room_left', ({ room }) => this.#exit(room));
    on('room_lost', (event) => this.#lost(event));
    on('gap', ({ room, reason }) => this.#gap(room, reason));
    on('typing', ({ users, ...who }) => this.#with(who, (conversation) => (conversation.typists = users)));
    on('unread', ({ room, username, ...numbers }) => {
      if (room === undefined) this.#privately(username);
      this.#with({ room, username }, (conversation) => this.#positions.count(conversation, numbers, this.#isSeen(conversation)));
    });
    on('read_marker', ({ seq, ...who }) => this.#with(who, (conversation) => this.#positions.marked(conversation, seq)));
    on('my_rooms', (list) => {
      this.#invitations.listed(list);
      this.#positions.listed(list, (key) => this.#conversations.get(key));
      this.#frames.changed('log');
    });
    on('room_invitation', (invitation) => this.#invitations.arrived(invitation));
    on('welcome', (welcome) => this.welcomed(welcome));
  }

  /** Starts, or continues after a reconnect. */
  welcomed(welcome) {
    const { rooms } = welcome;
    this.#alerts.welcomed(welcome);
    rooms.filter((room) => this.#client.rooms().includes(room)).forEach((room) => this.#enter(room)); // the user may have left it
    for (const conversation of this.#conversations.values()) conversation.members = null;
    this.#positions.welcomed();
    if (!this.#history.hasInbox) this.#history.loadInbox();
    this.#outgoing.recipients.forEach((user) => this.#privately(user));
    this.#blocks.load();
    if (this.#current !== null) this.#directory.loadMembers(this.#current);
    this.#directory.list();
  }

  // --- conversations ---

  /** Changes the conversation that an event belongs to, if there is one. */
  #with({ room, username }, change) {
    const conversation = this.#conversations.get(room === undefined ? `private ${username}` : `room ${room}`);
    if (conversation === undefined) return;
    change(conversation);
    this.#frames.soon(conversation);
  }

  #room(name) {
    return this.#conversations.get(`room ${name}`);
  }

  /** Signs out by `act`. Asks first if that discards messages that were not sent. */
  signOut(act) {
    this.#outgoing.endAll('sign out', act);
  }

  /** Discards what the user has not sent. */
  forgetUnsent() {
    this.#outgoing.forget();
  }

  /** Opens a room that the user is in, by its name. */
  openRoom(name) {
    this.#roomToOpen = '';
    if (this.#room(name) !== undefined) this.open(this.#room(name));
  }

  /** Opens the private conversation with a user. */
  openPrivate(user) {
    this.#roomToOpen = '';
    this.open(this.#privately(user));
  }

  #privately(user) {
    const key = `private ${user}`;
    if (!this.#conversations.has(key)) {
      const conversation = new Conversation('private', user);
      conversation.hasMore = this.#history.hasOlderInbox;
      this.#conversations.set(key, conversation);
      this.#outgoing.restore(conversation);
      this.#frames.changed('list');
    }
    return this.#conversations.get(key);
  }

  /** Shows a conversation. */
  open(conversation) {
    if (this.#current !== null) this.#close(this.#current);
    this.#current = conversation;
    document.body.dataset.view = 'talk';
    if (conversation !== null) {
      this.#composer.set(this.#outgoing.draft(conversation));
      this.#composer.name(conversation.isRoom ? `Message ${isolated(conversation.name)}` : `Direct message to ${isolated(conversation.name)}`);
      if (conversation.isRoom && !conversation.isLoaded) this.#history.load(conversation);
      if (!conversation.isRoom) this.#history.fill(conversation);
      if (conversation.isRoom && conversation.members === null) this.#directory.loadMembers(conversation);
    }
    this.#frames.changed('list');
    this.#composer.focus();
    if (this.#roomToOpen === '') this.#opened(conversation?.isRoom ? conversation.name : '');
  }

  #close(conversation) {
    if (conversation.unread === 0) conversation.newAfter = null;
    conversation.rest();
  }

  #enter(name) {
    if (this.#room(name) !== undefined) return;
    this.#invitations.ended(name);
    const before = this.#forgotten.take(name);
    const conversation = before ?? new Conversation('room', name);
    if (before !== undefined) this.#gapIn(conversation, 'lost');
    this.#positions.count(conversation, this.#client.unread(name), false);
    this.#conversations.set(conversation.key, conversation);
    if (before === undefined) this.#outgoing.restore(conversation);
    const mustOpen = name === this.#roomToOpen;
    if (mustOpen) this.#roomToOpen = '';
    if (mustOpen || this.#current === null) this.open(conversation);
    else this.#frames.changed('list');
  }

  #exit(name) {
    const conversation = this.#room(name);
    this.#conversations.delete(`room ${name}`);
    if (conversation === this.#current) this.open([...this.#conversations.values()].find(({ isRoom }) => isRoom) ?? null);
    this.#frames.changed('list');
    this.#directory.list();
  }

  #lost({ room, reason, info }) {
    const conversation = this.#room(room) ?? new Conversation('room', room);
    if (info !== null) conversation.isPublic = info.is_public;
    this.#exit(room);
    if (reason !== 'ROOM_NOT_FOUND') {
      this.#outgoing.tellEnd(conversation, reason === 'removed' ? sentence`You were removed from ${room}.` : sentence`You are no longer in ${room}.`);
      return;
    }
    this.#forgotten.add(conversation);
  }

  /** Creates a room again, or joins it if another user has already created it. */
  #createAgain({ name, isPublic }) {
    const created = this.#client.create(name, isPublic);
    return this.#try(created.catch((error) => (error.code === 'ROOM_EXISTS' ? this.#client.join(name) : Promise.reject(error))));
  }

  // --- actions of the user ---

  /** Waits for a request and shows its error. Resolves with whether it succeeded. */
  async #try(promise) {
    try {
      await promise;
      return true;
    } catch (error) {
      notice(texts.problem(error));
      return false;
    }
  }

  /** Joins a room and opens it. */
  async join(room) {
    if (await this.#try(this.#client.join(room))) this.openRoom(room);
  }

  #leave() {
    const conversation = this.#current;
    this.#outgoing.end(conversation, conversation.isRoom ? 'leave' : 'close', () => this.#leaveNow(conversation));
  }

  #leaveNow(conversation) {
    if (conversation.isRoom) return this.#try(this.#client.leave(conversation.name));
    this.#conversations.delete(`private ${conversation.name}`);
    this.open([...this.#conversations.values()][0] ?? null);
  }

  async #invite(room, user) {
    const worked = await this.#try(this.#client.invite(room, user));
    if (worked) notice([...sentence`${user} was invited to ${room}.`, await this.#needsLink(user)]);
    return worked;
  }

  /** Says what a user needs who has never been on a server that requires tokens; otherwise an empty string. */
  async #needsLink(user) {
    if (!isNeeded) return '';
    const status = await this.#client.status(user).catch(() => null);
    const isUnknown = status !== null && status.status === 'offline' && status.last_seen === null;
    return isUnknown ? ' Nobody of this name has been here yet: they also need a link, from the operator of this server.' : '';
  }

  #send(text) {
    this.#current.newAfter = null;
    this.#outgoing.send(this.#current, text);
    this.#log.scrollToEnd();
  }

  // --- events ---

  #receive(message) {
    const conversation = this.#room(message.room);
    if (conversation === undefined) return;
    this.#history.add(conversation, message);
    this.#changedLog(conversation);
  }

  #receivePrivate(message) {
    const conversation = this.#history.privateConversation(message);
    this.#history.addPrivate(conversation, message);
    this.#changedLog(conversation);
  }

  /** Notes that the messages of a conversation have changed. Only those of the open one are drawn. */
  #changedLog(conversation) {
    if (conversation === this.#current) this.#frames.changed(conversation, 'log');
    else conversation.rest();
  }

  #gapInPrivate(reason) {
    for (const conversation of this.#conversations.values()) {
      if (!conversation.isRoom) conversation.mark(texts.gap(reason));
    }
    this.#history.loadInbox();
  }

  #gap(room, reason) {
    const conversation = this.#room(room);
    if (conversation !== undefined) this.#gapIn(conversation, reason);
  }

  /** Marks the gap, and loads the messages that the server still has. */
  #gapIn(conversation, reason) {
    if (conversation.isCut) return this.#history.toEnd(conversation);
    conversation.mark(texts.gap(reason));
    this.#changedLog(conversation);
    if (conversation.isLoaded) this.#history.load(conversation);
  }

  // --- drawing ---

  /** Returns whether the user sees what arrives in a conversation. */
  #isSeen(conversation) {
    const isShown = !document.hidden && document.hasFocus() && document.body.dataset.view === 'talk';
    return isShown && conversation === this.#current && this.#log.isAtEndOf(conversation);
  }

  /** Marks the open conversation as read if the user sees its end. */
  #markRead() {
    if (this.#current === null) return;
    const { isRoom, name, unread, newestSeq, isLoaded } = this.#current;
    if (unread === 0 || !this.#isSeen(this.#current) || !(isLoaded || !isRoom)) return;
    this.#positions.marked(this.#current, newestSeq);
    if (isRoom) this.#client.markRead(name, newestSeq);
    else this.#client.markPrivateRead(name, newestSeq);
  }

  #draw(changed) {
    this.#screen.draw(changed, { conversations: [...this.#conversations.values()], current: this.#current, others: this.#directory.others });
    this.#markRead();
  }
}
