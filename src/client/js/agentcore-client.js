// A client of the AgentCore protocol for browsers, workers, Node, Deno and Bun. It depends on no library. It keeps one
// connection open, reconnects when it is lost, enters and resumes the user's rooms, counts what is unread, and sends each
// message once.
//
//     const client = new AgentCoreClient({ url: 'ws://localhost:8000', user: 'alice' });
//     client.on('chat_message', (message) => console.log(message.username, message.text));
//     await client.connect();
//     await client.send('lobby', 'Hello!');

import { ChatError } from './agentcore-error.js';
import { Events } from './agentcore-events.js';
import { Inbox } from './agentcore-inbox.js';
import { Link } from './agentcore-link.js';
import { Marks } from './agentcore-marks.js';
import { mentions, messageId, newId, problemWithUser, roomName, trim, wellFormed } from './agentcore-names.js';
import { Pace } from './agentcore-pace.js';
import { Requests } from './agentcore-requests.js';
import { notInRoom, Rooms } from './agentcore-rooms.js';
import { Typing } from './agentcore-typing.js';
import { Unread } from './agentcore-unread.js';

export { ChatError, mentions, newId, problemWithUser, trim };

/** The characters of a subprotocol (RFC 9110 section 5.6.2), and therefore of a token. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const BAD_TOKEN = 4401;

/**
 * A user's connection to the chat.
 *
 * `on` receives every frame of the server as an event named by its `type`, each `chat_message` and each entry of the
 * user's log once and in order, and these events:
 * - `state` {state: 'connecting' | 'online' | 'waiting' | 'closed', code, reason, retryIn}; `retryIn` in milliseconds
 * - `gap` {room, reason}: messages of this room may be missing before the next one; read the history
 * - `inbox_gap` {reason}: entries of the user's log may be missing before the next one; read it with `inbox`
 * - `room_lost` {room, reason, info}: the client is no longer in this room, although it did not leave
 * - `typing` {room, users}: the users who are typing in the room now; {username, users} in a private conversation
 * - `unread` {room, unread, mentions} or {username, unread, mentions}: these numbers have changed
 *
 * src/docs/client.md has a table of all states, calls and events.
 */
export class AgentCoreClient {
  #url;
  #token;
  #link;
  #pace = new Pace();
  #requests;
  #rooms;
  #inbox;
  #unread;
  #marks;
  #typing;
  #events;
  #channels = new Set();
  #connection = null; // the promise of `connect`, until the client is closed
  #welcome = null; // resolves or rejects that promise; null once it is settled
  #end = null; // the error of all calls to a closed client

  /**
   * @param {object} options
   * @param {string} options.url the server, as ws://HOST:PORT or wss://...; a path before /ws is kept
   * @param {string} options.user the user id
   * @param {string | (() => string | Promise<string>)} [options.token] a function is called before each attempt
   * @param {string[]} [options.rooms] rooms to join at the start, in addition to the user's rooms and the default room
   * @param {object} [options.times] see TIMES in agentcore-link.js
   * @param {(error: unknown) => void} [options.report] receives what a listener throws; by default it reaches
   *     `window.onerror`, or in Node the console
   * @param {new (url: string, protocols: string[]) => object} [options.WebSocket] for environments without a global one,
   *     such as Node 20
   * @throws {ChatError} if the user id or a room name is invalid
   */
  constructor({ url, user, token = '', rooms = [], times, report, WebSocket }) {
    const problem = problemWithUser(user);
    if (problem !== '') throw new ChatError('VALIDATION_FAILED', problem);
    this.user = trim(user);
    this.channel = '';
    this.state = 'closed';
    this.#url = new URL(`ws/${encodeURIComponent(this.user)}`, url.endsWith('/') ? url : `${url}/`);
    this.#token = token;
    this.#events = new Events(report);
    this.#link = new Link({
      url: () => this.#address(),
      protocols: () => this.#protocols(),
      canRenewToken: typeof token === 'function',
      onFrame: (frame) => this.#receive(frame),
      onDown: (why) => this.#down(why),
      onTry: () => this.#change('connecting'),
      times,
      WebSocket,
    });
    this.#requests = new Requests({
      send: (frame) => this.#link.send(frame),
      pace: this.#pace,
      refusal: () => this.#refusal(),
    });
    const shared = { requests: this.#requests, pace: this.#pace, emit: (type, event) => this.#emit(type, event) };
    this.#rooms = new Rooms({ ...shared, isOnline: () => this.state === 'online' });
    this.#inbox = new Inbox(shared);
    this.#unread = new Unread({ user: this.user, emit: shared.emit, recount: () => this.#rooms.refresh() });
    this.#marks = new Marks({
      ...shared,
      isOnline: () => this.state === 'online' && this.#rooms.areKept,
      failed: ({ room, target_user_id: username }) => this.#unread.distrust(room === undefined ? { username } : { room }),
    });
    this.#typing = new Typing(
      (type, target) => this.#link.send({ type, data: target }),
      (target, users) => this.#events.emit('typing', { ...target, users }),
    );
    rooms.forEach((name) => this.#rooms.add(roomName(name)));
  }

  /** Calls `listener` with every event of a type. Returns a function that removes the listener. */
  on(type, listener) {
    return this.#events.on(type, listener);
  }

  /**
   * Connects, and stays connected until `close`. Resolves with the first `welcome`. Rejects if the server refuses
   * permanently. Until the client is closed, further calls return the same promise.
   */
  connect() {
    if (this.#connection !== null) return this.#connection;
    this.#end = null;
    const connection = new Promise((resolve, reject) => (this.#welcome = { resolve, reject }));
    this.#connection = connection;
    this.#link.open();
    return connection;
  }

  /** Closes the connection and stops reconnecting. */
  close() {
    if (this.#end !== null) return;
    this.#link.close();
    this.#down({ code: 1000, reason: 'closed', final: true });
  }

  /** Tries to connect now, if the client waits for the next attempt. */
  hurry() {
    this.#link.hurry();
  }

  /** Returns the names of the rooms that the client is in or rejoins. */
  rooms() {
    return this.#rooms.names;
  }

  /** Returns the last `room_info` of a room that the client is in or rejoins, or null. */
  info(room) {
    return this.#rooms.get(trim(room))?.info ?? null;
  }

  /** Returns {unread, mentions}: how many messages of others in a room the user has not read on any device. */
  unread(room) {
    return this.#unread.room(trim(room));
  }

  /** Returns {unread, mentions}: how many private messages of another user this user has not read on any device. */
  unreadFrom(user) {
    return this.#unread.person(user);
  }

  /** Returns whether a `user_id` belongs to this client, now or before a reconnect. */
  isOwnChannel(channel) {
    return this.#channels.has(channel);
  }

  /**
   * Sends any request. Resolves with its last reply. Rejects with a ChatError.
   *
   * @param {string} type such as 'get_user_status'
   * @param {object} [data] the fields of the request
   */
  async request(type, data = {}) {
    if (type === 'join_room') return this.#rooms.join(roomName(data.room), data);
    if (type === 'leave_room') return this.#rooms.leave(roomName(data.room));
    try {
      return await this.#requests.ask(type, data);
    } catch (error) {
      if (error.code === 'NOT_IN_ROOM') this.#rooms.refused(trim(data.room ?? ''));
      throw error;
    }
  }

  /**
   * Sends a message to a room that the client is in, exactly once, even if the connection is lost, and in the order of
   * the calls. Resolves with the `ack` when the message is in the log. After GAVE_UP the outcome is unknown; call again
   * with the same id.
   *
   * @param {string} room the room's name
   * @param {string} text
   * @param {{id?: string}} [options] the id of an earlier call, to retry the same message
   */
  async send(room, text, { id = newId() } = {}) {
    if (this.#end !== null) throw this.#end;
    const name = roomName(room);
    this.#typing.sent({ room: name });
    const target = this.#rooms.get(name);
    if (target === undefined) throw notInRoom(name);
    return target.outbox.send(messageId(id), wellFormed(text));
  }

  /**
   * Joins a room. Resolves with its `room_info`. Resumes a room that this client was in before.
   *
   * @param {string} room the room's name
   * @param {{epoch?: string, since?: number, message_id?: string}} [lastSeen] the position of the last message seen, if
   *     the program stored it; a position that this client knows itself takes precedence
   */
  async join(room, lastSeen = {}) {
    return this.#rooms.join(roomName(room), lastSeen);
  }

  /** Creates and joins a room. Resolves with its `room_info`. */
  async create(room, isPublic = true) {
    return this.request('create_room', { room_name: roomName(room), is_public: isPublic });
  }

  /** Leaves a room. */
  async leave(room) {
    return this.#rooms.leave(roomName(room));
  }

  /** Resolves with the `rooms_list`. */
  listRooms() {
    return this.request('list_rooms');
  }

  /**
   * Resolves with the `my_rooms`: the user's rooms, what is unread, and the open invitations. The client asks for it
   * after each welcome, and whenever rooms or numbers may have changed; listen to `my_rooms` to receive all of them.
   */
  myRooms() {
    return this.request('my_rooms');
  }

  /** Resolves with the `room_users`. */
  users(room) {
    return this.request('get_room_users', { room });
  }

  /** Resolves with the `message_history`: the newest messages, or those before a seq. */
  history(room, { limit = 50, before } = {}) {
    return this.request('get_message_history', { room, limit, before });
  }

  /**
   * Sends a private message exactly once, even if the connection is lost, and in the order of the calls. Resolves with
   * the `private_message_sent` when the message is stored. After GAVE_UP the outcome is unknown; call again with the
   * same id.
   *
   * @param {string} user the user's id, or the name of a connection
   * @param {string} text
   * @param {{id?: string}} [options] the id of an earlier call, to retry the same message
   */
  async sendPrivate(user, text, { id = newId() } = {}) {
    if (this.#end !== null) throw this.#end;
    this.#typing.sent({ target_user_id: user });
    return this.#inbox.send(messageId(id), user, wellFormed(text));
  }

  /** Resolves with the `inbox`: the newest entries of the user's log, or those before a seq. */
  inbox({ limit = 50, before } = {}) {
    return this.request('get_inbox', { limit, before });
  }

  /**
   * Notes that the user has read a room up to a message. The numbers of this client change at once; the server and the
   * user's other devices are told later, with at most one request a second.
   *
   * @param {string} room the room's name
   * @param {number} seq the seq of the newest message that the user has seen
   */
  markRead(room, seq) {
    const name = trim(room);
    const end = this.#rooms.get(name)?.position.seq ?? 0;
    this.#mark({ room: name }, { room: name, seq: Math.min(seq, end) });
  }

  /**
   * The same for a private conversation.
   *
   * @param {string} user the other user's id
   * @param {number} seq the seq of the newest private message of this user that was seen
   */
  markPrivateRead(user, seq) {
    this.#mark({ username: user }, { target_user_id: user, seq: Math.min(seq, this.#inbox.seq) });
  }

  #mark(who, data) {
    if (!this.#unread.read(who, data.seq)) return;
    const epoch = this.#unread.epoch(who);
    this.#marks.send(data, () => this.#unread.epoch(who) === epoch);
  }

  /** Tells a room that the user is typing, at most every 3 s. Call it on every key press. */
  typing(room) {
    if (this.state === 'online') this.#typing.start({ room: trim(room) });
  }

  /** Tells a room that the user has stopped typing. */
  stopTyping(room) {
    this.#typing.stop({ room: trim(room) });
  }

  /** Tells another user that this user is typing a private message. Call it on every key press. */
  typingTo(user) {
    if (this.state === 'online') this.#typing.start({ target_user_id: user });
  }

  /** Tells another user that this user has stopped typing. */
  stopTypingTo(user) {
    this.#typing.stop({ target_user_id: user });
  }

  /** Blocks a user, who can then neither write to this user nor invite this user. */
  block(user) {
    return this.request('block_user', { target_user_id: user });
  }

  /** Ends the blocking of a user. */
  unblock(user) {
    return this.request('unblock_user', { target_user_id: user });
  }

  /** Resolves with the `blocked_users`. */
  blockedUsers() {
    return this.request('blocked_users');
  }

  /** Invites a user. */
  invite(room, user) {
    return this.request('invite_user', { room, target_user_id: user });
  }

  /** Removes a user from a room that this user created. */
  remove(room, user) {
    return this.request('remove_user', { room, target_user_id: user });
  }

  /** Resolves with the `user_status`. */
  status(user) {
    return this.request('get_user_status', { target_user_id: user });
  }

  /** The default room and the user's log are resumed while connecting, other rooms by `join_room`. */
  #address() {
    const url = new URL(this.#url);
    Object.entries({ ...this.#rooms.resume(), ...this.#inbox.resume() }).forEach(([name, value]) => url.searchParams.set(name, value));
    return url.href;
  }

  async #protocols() {
    const token = (typeof this.#token === 'function' ? await this.#token() : this.#token) ?? '';
    if (token === '') return [];
    if (typeof token === 'string' && TOKEN.test(token)) return ['agentcore', `bearer.${token}`];
    throw new ChatError('CLOSED', 'The token contains a character that cannot be sent', { closeCode: BAD_TOKEN });
  }

  /** The reason why no request can be sent now, if there is one. */
  #refusal() {
    if (this.#end !== null) return this.#end;
    return this.state === 'online' ? undefined : new ChatError('NOT_CONNECTED', 'Not connected', { retryable: true });
  }

  #emit(type, event) {
    if (type === 'room_left' || type === 'room_lost') this.#unread.forget(event.room);
    if (type === 'gap' || type === 'inbox_gap') this.#rooms.refresh();
    this.#events.emit(type, event);
  }

  #change(state, more = {}) {
    this.state = state;
    this.#events.emit('state', { state, ...more });
  }

  #down({ code, reason, final, retryIn }) {
    const error = final
      ? new ChatError('CLOSED', reason || `closed with ${code}`, { closeCode: code })
      : new ChatError('CONNECTION_LOST', 'The connection was lost', { retryable: true });
    this.state = final ? 'closed' : 'waiting';
    if (final) this.#end = error;
    for (const part of [this.#rooms, this.#inbox, this.#marks]) {
      if (final) part.end(error);
      else part.disconnected();
    }
    this.#requests.failAll(error);
    if (final) this.#finish(error);
    this.#events.emit('state', { state: this.state, code, reason, retryIn });
    this.#typing.clear();
  }

  #finish(error) {
    this.#pace.flush();
    this.#welcome?.reject(error);
    this.#welcome = null;
    this.#connection = null;
  }

  #receive(frame) {
    if (frame.type === 'welcome') this.#welcomed(frame);
    else if (!this.#rooms.receive(frame, this.channel) || !this.#inbox.receive(frame)) return;
    this.#unread.receive(frame);
    if (frame.type === 'my_rooms') this.#marks.open();
    this.#typing.receive(frame, this.channel);
    this.#requests.receive(frame);
    this.#events.emit(frame.type, frame);
  }

  #welcomed(frame) {
    this.channel = frame.user_id;
    this.#channels.add(frame.user_id);
    this.#link.welcomed();
    this.#welcome?.resolve(frame);
    this.#welcome = null;
    this.#change('online');
    if (this.state !== 'online') return; // a listener may have closed the client
    this.#inbox.welcomed(frame);
    this.#rooms.welcomed(frame);
    const [room] = frame.rooms ?? [];
    if (this.#rooms.get(room) !== undefined) this.#unread.entered(room, frame);
  }
}
