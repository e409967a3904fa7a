// A client of the AgentCore protocol for browsers and Node 22: no dependency, no page. It keeps one connection,
// comes back where it was lost, resumes every room, and sends each message once.
// In one file, since it is all that a program sees of the client.
//
//     const client = new AgentCoreClient({ url: 'ws://localhost:8000', user: 'alice' });
//     client.on('chat_message', (message) => console.log(message.username, message.text));
//     await client.connect();
//     await client.send('lobby', 'Hello!');

import { Link } from './agentcore-link.js';
import { ChatError, newId, Requests } from './agentcore-requests.js';
import { Room } from './agentcore-room.js';
import { Typing } from './agentcore-typing.js';

export { ChatError, newId };

const COME_BACK_AFTER = 1_000;

/** Returns what is wrong with a user id, in a sentence, or an empty text. */
export function problemWithUser(user) {
  const name = user.trim();
  if (name === '') return 'Please enter a name.';
  if ([...name].length > 64) return 'A name has at most 64 characters.';
  if (name === '.' || name === '..') return 'A name needs more than dots.';
  return /[\u0000-\u001f\u007f-\u009f/]/.test(name) ? 'A name cannot contain a slash or control characters.' : '';
}

/**
 * A user's connection to the chat.
 *
 * Events (`on`): every frame of the server under its `type`, but each `chat_message` once and in order; and
 * - `state` {state: 'connecting' | 'online' | 'waiting' | 'closed', code, reason, retryIn}; `retryIn` in milliseconds
 * - `gap` {room, reason}: messages of this room may be missing before the next one; read the history
 * - `room_lost` {room, reason, info}: no longer in this room, without having left it
 * - `typing` {room, users}: who is typing there now
 */
export class AgentCoreClient {
  #url;
  #token;
  #link;
  #requests;
  #typing;
  #listeners = new Map();
  #rooms = new Map();
  #channels = new Set();
  #lobby = '';
  #awayFromLobby = false;
  #welcome = null;

  /**
   * @param {object} options
   * @param {string} options.url the server, as ws://HOST:PORT or wss://...; a path before /ws is kept
   * @param {string} options.user the user id
   * @param {string | (() => string | Promise<string>)} [options.token] asked for before each attempt
   * @param {string[]} [options.rooms] to be in from the beginning, beside the default room
   * @param {object} [options.times] see TIMES in agentcore-link.js
   * @throws {ChatError} where the user id cannot be one
   */
  constructor({ url, user, token = '', rooms = [], times }) {
    const problem = problemWithUser(user);
    if (problem !== '') throw new ChatError('VALIDATION_FAILED', problem);
    this.user = user.trim();
    this.channel = '';
    this.state = 'closed';
    this.#url = new URL(`ws/${encodeURIComponent(this.user)}`, url.endsWith('/') ? url : `${url}/`);
    this.#token = token;
    rooms.forEach((name) => this.#room(name));
    this.#link = new Link({
      url: () => this.#address(),
      protocols: () => this.#protocols(),
      onFrame: (frame) => this.#heard(frame),
      onDown: (why) => this.#down(why),
      onTry: () => this.#change('connecting'),
      times,
    });
    this.#requests = new Requests((frame) => this.#link.send(frame));
    this.#typing = new Typing(
      (type, room) => this.#link.send({ type, data: { room } }),
      (room, users) => this.#emit('typing', { room, users }),
    );
  }

  /** Calls `listener` with every event of a type. Returns a function that ends it. */
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
    return () => this.#listeners.get(type).delete(listener);
  }

  /** Connects. Resolves with the first `welcome`; rejects where the server refuses for good. */
  connect() {
    const welcome = new Promise((resolve, reject) => (this.#welcome = { resolve, reject }));
    this.#link.open();
    return welcome;
  }

  /** Ends the connection for good. */
  close() {
    this.#link.close();
    this.#down({ code: 1000, reason: 'closed', final: true });
  }

  /** Tries to connect now, where the next attempt is waited for. */
  hurry() {
    this.#link.hurry();
  }

  /** Returns the names of the rooms that one is in, or comes back to. */
  rooms() {
    return [...this.#rooms.keys()];
  }

  /** Returns the last `room_info` of a room that one is in. */
  info(room) {
    return this.#rooms.get(room)?.info ?? null;
  }

  /** Says whether a `user_id` is this client's, now or before a reconnect. */
  isOwnChannel(channel) {
    return this.#channels.has(channel);
  }

  /**
   * Sends any request. Resolves with its last reply; rejects with a ChatError.
   *
   * @param {string} type such as 'get_user_status'
   * @param {object} [data] its fields
   */
  request(type, data = {}) {
    return this.#requests.make(type, data, newId());
  }

  /**
   * Sends a message to a room that one is in: once, whatever happens to the connection meanwhile, and in the order of
   * the calls. Resolves with the `ack`: it is in the log. After GAVE_UP that is not known; call again with the same id.
   *
   * @param {string} room its name
   * @param {string} text
   * @param {{id?: string}} [options] the id of an earlier call, to send the same message and not another one
   */
  async send(room, text, { id = newId() } = {}) {
    this.#typing.sent(room);
    const place = this.#rooms.get(room);
    if (place === undefined) throw notIn(room);
    return place.send(id, text);
  }

  /** Joins a room; resolves with its `room_info`. */
  join(room) {
    if (room === this.#lobby) this.#awayFromLobby = false;
    return this.request('join_room', { room });
  }

  /** Creates a room and joins it; resolves with its `room_info`. */
  create(room, isPublic = true) {
    return this.request('create_room', { room_name: room, is_public: isPublic });
  }

  /** Leaves a room. */
  leave(room) {
    if (room === this.#lobby) this.#awayFromLobby = true;
    return this.request('leave_room', { room });
  }

  /** Resolves with the `rooms_list`. */
  listRooms() {
    return this.request('list_rooms');
  }

  /** Resolves with the `room_users`. */
  users(room) {
    return this.request('get_room_users', { room });
  }

  /** Resolves with the `message_history`: the newest messages, or those before a seq. */
  history(room, { limit = 50, before } = {}) {
    return this.request('get_message_history', { room, limit, before });
  }

  /** Sends a private message, which is not stored and not tried again. */
  sendPrivate(user, text) {
    return this.request('private_message', { target_user_id: user, text });
  }

  /** Tells a room that the user is typing, at most every 3 s; call it on every key. */
  typing(room) {
    if (this.state === 'online') this.#typing.start(room);
  }

  /** Tells a room that the user types no longer. */
  stopTyping(room) {
    this.#typing.stop(room);
  }

  /** Invites a user, who must be online. */
  invite(room, user) {
    return this.request('invite_user', { room, target_user_id: user });
  }

  /** Removes a user from a room of one's own. */
  remove(room, user) {
    return this.request('remove_user', { room, target_user_id: user });
  }

  /** Resolves with the `user_status`. */
  status(user) {
    return this.request('get_user_status', { target_user_id: user });
  }

  /** The default room is resumed while connecting, all others by `join_room`. */
  #address() {
    const url = new URL(this.#url);
    const lastSeen = this.#rooms.get(this.#lobby)?.lastSeen ?? {};
    Object.entries(lastSeen).forEach(([name, value]) => url.searchParams.set(name, value));
    return url.href;
  }

  async #protocols() {
    const token = typeof this.#token === 'function' ? await this.#token() : this.#token;
    return token === '' ? [] : ['agentcore', `bearer.${token}`];
  }

  #change(state, more = {}) {
    this.state = state;
    this.#emit('state', { state, ...more });
  }

  #down({ code, reason, final, retryIn }) {
    const error = final
      ? new ChatError('CLOSED', reason || `closed with ${code}`, { closeCode: code })
      : new ChatError('CONNECTION_LOST', 'The connection was lost', { retryable: true });
    this.#rooms.forEach((room) => (final ? room.end(error) : room.left()));
    this.#requests.failAll(error);
    this.#typing.clear();
    if (final) this.#welcome?.reject(error);
    this.#change(final ? 'closed' : 'waiting', { code, reason, retryIn });
  }

  #emit(type, event) {
    [...(this.#listeners.get(type) ?? [])].forEach((listener) => listener(event));
  }

  #heard(frame) {
    if (frame.type === 'chat_message' && !this.#isNew(frame)) return;
    this.#follow(frame);
    this.#typing.heard(frame, this.channel);
    this.#emit(frame.type, frame);
    this.#requests.heard(frame);
  }

  #isNew(message) {
    const judgement = this.#rooms.get(message.room)?.read(message) ?? 'next';
    if (judgement === 'hole') this.#gap(message.room, 'hole');
    return judgement !== 'known';
  }

  /** Keeps track of where one is. */
  #follow(frame) {
    const { type, room: name } = frame;
    const room = this.#rooms.get(name);
    if (type === 'welcome') this.#welcomed(frame);
    if (type === 'room_joined') this.#joined(name, frame);
    if (type === 'room_info' && room !== undefined) room.info = frame;
    if (type === 'room_left') this.#forget(name);
    if (type === 'user_removed' && frame.user_id === this.channel) this.#lost(name, 'removed');
    if (type === 'room_reset') {
      room?.place(frame);
      this.#gap(name, frame.reason);
    }
  }

  #welcomed(frame) {
    this.channel = frame.user_id;
    this.#channels.add(frame.user_id);
    this.#link.welcomed();
    [this.#lobby = ''] = frame.rooms;
    this.#change('online');
    const others = [...this.#rooms.values()].filter((room) => room.name !== this.#lobby);
    if (this.#awayFromLobby) this.leave(this.#lobby).catch(() => {}); // it is put there again when it comes back
    else if (this.#lobby !== '') this.#joined(this.#lobby, frame);
    others.forEach((room) => this.#comeBack(room));
    this.#welcome?.resolve(frame);
    this.#welcome = null;
  }

  async #comeBack(room) {
    if (room.isJoined || this.#rooms.get(room.name) !== room) return;
    try {
      await this.request('join_room', { room: room.name, ...room.lastSeen });
    } catch (error) {
      if (!error.retryable) this.#lost(room.name, error.code);
      else if (this.state === 'online') setTimeout(() => this.#comeBack(room), error.retryAfter ?? COME_BACK_AFTER);
    }
  }

  #joined(name, frame) {
    if (this.#room(name).joined(frame)) this.#gap(name, 'not recovered');
  }

  #gap(room, reason) {
    this.#emit('gap', { room, reason });
  }

  #room(name) {
    if (!this.#rooms.has(name)) {
      const deliver = ({ id, text }) => this.#requests.make('chat_message', { room: name, text }, id);
      this.#rooms.set(name, new Room(name, deliver));
    }
    return this.#rooms.get(name);
  }

  #lost(name, reason) {
    const info = this.info(name);
    this.#forget(name);
    this.#emit('room_lost', { room: name, reason, info });
  }

  #forget(name) {
    this.#rooms.get(name)?.end(notIn(name));
    this.#rooms.delete(name);
  }
}

function notIn(room) {
  return new ChatError('NOT_IN_ROOM', `Not in room: ${room}`);
}
