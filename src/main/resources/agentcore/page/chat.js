// The chat of a signed-in user: receives the client's events, keeps the conversations, and updates the views. Every
// change ends in one call of #draw.

import { mentions } from './agentcore-client.js';
import { Alerts } from './alerts.js';
import { drawBadge } from './badge.js';
import { Blocks } from './blocks.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { byId, paintAvatar, sentence } from './dom.js';
import { Forgotten } from './forgotten.js';
import { History } from './history.js';
import { Invitations } from './invitations.js';
import { connectLeaving } from './leaving.js';
import { LogView } from './log-view.js';
import { Members } from './members.js';
import { notice } from './notices.js';
import { Outgoing } from './outgoing.js';
import { mentionable, People } from './people.js';
import { Sidebar } from './sidebar.js';
import * as texts from './texts.js';

const LIST_EVERY = 20_000;

export class Chat {
  #client;
  #opened;
  #roomToOpen; // when the client enters it
  #conversations = new Map();
  #forgotten = new Forgotten((conversation) => this.#createAgain(conversation));
  #current = null;
  #listed = [];
  #history;
  #log;
  #sidebar;
  #members;
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
   */
  constructor(client, { room, opened }) {
    this.#client = client;
    this.#roomToOpen = room;
    this.#opened = opened;
    const people = new People(client);
    this.#outgoing = new Outgoing(client, () => this.#draw());
    this.#history = new History(client, (user) => this.#privately(user), () => this.#draw());
    this.#log = new LogView({
      older: () => this.#history.loadOlder(this.#current),
      reachedEnd: () => this.#draw(),
      mentionsUser: ({ text }) => mentions(text, client.user),
      names: { self: client.user, isKnown: (name) => people.has(name) },
      retry: (item) => this.#outgoing.deliver(this.#current, item),
      edit: (item) => {
        this.#composer.prepend(item.text);
        this.#outgoing.discard(this.#current, item);
      },
      discard: (item) => this.#outgoing.discard(this.#current, item),
    });
    this.#sidebar = new Sidebar({
      open: (conversation) => {
        this.#roomToOpen = '';
        this.open(conversation);
      },
      join: (room) => this.join(room),
    });
    this.#blocks = new Blocks(client, () => this.#draw());
    this.#alerts = new Alerts(client, {
      isBlocked: (user) => this.#blocks.has(user),
      open: ({ room, user }) => (room === undefined ? this.openPrivate(user) : this.openRoom(room)),
    });
    this.#invitations = new Invitations({ join: (name) => this.join(name), isIn: (name) => this.#room(name) !== undefined });
    this.#members = new Members({
      opened: () => this.#draw(),
      write: (user) => this.openPrivate(user),
      remove: (user) => this.#try(client.remove(this.#current.name, user)),
      invite: (user) => this.#invite(this.#current.name, user),
      blocking: (user) => this.#blocks.action(user),
      block: (user) => this.#blocks.act(user),
    });
    this.#composer = new Composer({
      send: (text) => {
        this.#outgoing.send(this.#current, text);
        this.#log.scrollToEnd();
      },
      changed: (text) => this.#outgoing.setDraft(this.#current, text),
      names: () => mentionable(this.#current, client.user),
      typing: () => (this.#current.isRoom ? client.typing(this.#current.name) : client.typingTo(this.#current.name)),
      stopped: () => (this.#current.isRoom ? client.stopTyping(this.#current.name) : client.stopTypingTo(this.#current.name)),
    });
    byId('own-name').textContent = client.user;
    paintAvatar(byId('own-avatar'), client.user);
    connectLeaving(() => this.#current, () => this.#leave());
    byId('block').addEventListener('click', () => this.#blocks.act(this.#current.name));
    document.addEventListener('visibilitychange', () => this.#draw());
    for (const type of ['focus', 'blur']) window.addEventListener(type, () => this.#draw());
    this.#listen();
    setInterval(() => client.state === 'online' && !document.hidden && this.#list(), LIST_EVERY);
  }

  #listen() {
    const on = (type, listener) => this.#client.on(type, listener);
    on('chat_message', (message) => this.#receive(message));
    on('private_message', (message) => this.#receivePrivate(message));
    on('private_message_sent', (message) => this.#receivePrivate(message));
    on('inbox_gap', ({ reason }) => this.#gapInPrivate(reason));
    on('room_joined', ({ room }) => this.#enter(room));
    on('room_left', ({ room }) => this.#exit(room));
    on('room_info', (info) => {
      this.#describe(info.room, info);
      this.#draw();
    });
    on('room_lost', (event) => this.#lost(event));
    on('gap', ({ room, reason }) => this.#gap(room, reason));
    on('typing', ({ room, username, users }) => {
      const conversation = room === undefined ? this.#conversations.get(`private ${username}`) : this.#room(room);
      if (conversation !== undefined) conversation.typists = users;
      this.#draw();
    });
    on('unread', ({ room, username, ...numbers }) => {
      const conversation = room === undefined ? this.#privately(username) : this.#room(room);
      if (conversation !== undefined) Object.assign(conversation, numbers);
      this.#draw();
    });
    on('my_rooms', (list) => this.#invitations.listed(list));
    on('room_invitation', (invitation) => this.#invitations.arrived(invitation));
    on('user_joined_room', ({ room, user_id: id, username }) => this.#member(room, (members) => members.set(id, username)));
    for (const type of ['user_left_room', 'user_left', 'user_removed']) {
      on(type, ({ room, user_id: id }) => this.#member(room, (members) => members.delete(id)));
    }
    on('welcome', (welcome) => this.welcomed(welcome));
  }

  /** Starts, or continues after a reconnect. */
  welcomed(welcome) {
    const { rooms } = welcome;
    this.#alerts.welcomed(welcome);
    rooms.filter((room) => this.#client.rooms().includes(room)).forEach((room) => this.#enter(room)); // the user may have left it
    for (const conversation of this.#conversations.values()) conversation.members = null;
    if (!this.#history.hasInbox) this.#history.loadInbox();
    this.#outgoing.recipients.forEach((user) => this.#privately(user));
    this.#blocks.load();
    if (this.#current !== null) this.#loadMembers(this.#current);
    this.#list();
  }

  // --- conversations ---

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
    }
    return this.#conversations.get(key);
  }

  /** Shows a conversation. */
  open(conversation) {
    this.#current = conversation;
    document.body.dataset.view = 'talk';
    if (conversation !== null) {
      this.#composer.set(this.#outgoing.draft(conversation));
      this.#composer.name(conversation.isRoom ? `Message ${conversation.name}` : `Private message to ${conversation.name}`);
      if (conversation.isRoom && !conversation.isLoaded) this.#history.load(conversation);
      if (!conversation.isRoom) this.#history.fill(conversation);
      if (conversation.isRoom && conversation.members === null) this.#loadMembers(conversation);
    }
    this.#draw();
    this.#composer.focus();
    if (this.#roomToOpen === '') this.#opened(conversation?.isRoom ? conversation.name : '');
  }

  #enter(name) {
    if (this.#room(name) !== undefined) return;
    this.#invitations.ended(name);
    const before = this.#forgotten.take(name);
    const conversation = before ?? new Conversation('room', name);
    if (before !== undefined) this.#gapIn(conversation, 'lost');
    Object.assign(conversation, this.#client.unread(name));
    this.#conversations.set(`room ${name}`, conversation);
    if (before === undefined) this.#outgoing.restore(conversation);
    const mustOpen = name === this.#roomToOpen;
    if (mustOpen) this.#roomToOpen = '';
    if (mustOpen || this.#current === null) this.open(conversation);
    else this.#draw();
  }

  #exit(name) {
    const conversation = this.#room(name);
    this.#conversations.delete(`room ${name}`);
    if (conversation === this.#current) this.open([...this.#conversations.values()].find(({ isRoom }) => isRoom) ?? null);
    this.#list();
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
    if (worked) notice(sentence`${user} was invited to ${room}.`);
    return worked;
  }

  // --- events ---

  #receive(message) {
    const conversation = this.#room(message.room);
    if (conversation !== undefined) this.#history.add(conversation, message);
    this.#draw();
  }

  #receivePrivate(message) {
    this.#history.addPrivate(this.#history.privateConversation(message), message);
    this.#draw();
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
    this.#draw();
  }

  /** Marks the gap, and loads the messages that the server still has. */
  #gapIn(conversation, reason) {
    conversation.mark(texts.gap(reason));
    if (conversation.isLoaded) this.#history.load(conversation);
  }

  async #loadMembers(conversation) {
    if (!conversation.isRoom) return;
    const users = await this.#client.users(conversation.name).catch(() => null);
    if (users !== null) conversation.members = new Map(users.users.map(({ user_id: id, username }) => [id, username]));
    this.#draw();
  }

  #member(room, change) {
    const conversation = this.#room(room);
    if (conversation?.members) change(conversation.members);
    this.#draw();
  }

  async #list() {
    const list = await this.#client.listRooms().catch(() => null);
    if (list === null) return;
    this.#listed = list.rooms;
    list.rooms.forEach((row) => this.#describe(row.name, row));
    this.#draw();
  }

  #describe(room, { user_count: userCount, created_by: createdBy, is_public: isPublic }) {
    const conversation = this.#room(room);
    if (conversation !== undefined) Object.assign(conversation, { userCount, createdBy, isPublic });
  }

  // --- drawing ---

  /** Marks the open conversation as read if the user sees its end. */
  #markRead() {
    const { isRoom, name, unread, newestSeq, isLoaded } = this.#current;
    const isShown = !document.hidden && document.hasFocus() && document.body.dataset.view === 'talk';
    if (unread === 0 || !isShown || !this.#log.isAtEnd || !(isLoaded || !isRoom)) return;
    if (isRoom) this.#client.markRead(name, newestSeq);
    else this.#client.markPrivateRead(name, newestSeq);
  }

  #draw() {
    const current = this.#current;
    const all = [...this.#conversations.values()];
    const others = this.#listed.filter(({ name, is_public: isPublic }) => isPublic && this.#room(name) === undefined);
    this.#sidebar.draw(all, current, others);
    document.body.toggleAttribute('data-nowhere', current === null);
    const unread = all.reduce((sum, conversation) => sum + conversation.unread, 0);
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${current?.name ?? 'AgentCore'} – AgentCore chat`;
    drawBadge(unread);
    byId('title').textContent = current?.name ?? 'Nothing open';
    byId('subtitle').textContent = subtitle(current);
    if (current === null) return;
    if (this.#log.isAtEnd) current.trim();
    this.#log.draw(current);
    this.#members.draw(current, this.#client.user);
    byId('typing').textContent = texts.typing(current.typists);
    byId('leave').textContent = current.isRoom ? 'Leave' : 'Close';
    this.#drawBlocking(current);
    this.#markRead();
  }

  #drawBlocking({ isRoom, name }) {
    const action = isRoom ? '' : this.#blocks.action(name);
    byId('block').hidden = action === '';
    byId('block').textContent = action;
    byId('block').setAttribute('aria-label', `${action} ${name}`);
  }
}

function subtitle(conversation) {
  if (conversation === null) return 'Choose a room from the list, or create one.';
  if (!conversation.isRoom) return 'Private conversation';
  const people = texts.counted(conversation.people, 'member', 'members');
  return conversation.isPublic ? people : `Private room · ${people}`;
}
