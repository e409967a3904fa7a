// The rooms of a client. Only the server's frames, in order, change which rooms the client is in; requests only ask.
// Every request to join a known room contains the position of the last message seen there. The rooms follow the user: the
// client enters the rooms in the user's list, and leaves those that the user has left on another device.

import { DefaultRoom } from './agentcore-default.js';
import { ChatError } from './agentcore-error.js';
import { Joins } from './agentcore-joins.js';
import { RoomList } from './agentcore-list.js';
import { Outbox } from './agentcore-outbox.js';
import { Position } from './agentcore-position.js';
import { Room } from './agentcore-room.js';
import { Turns } from './agentcore-turns.js';

const KEPT_POSITIONS = 200;

export class Rooms {
  #requests;
  #pace;
  #emit;
  #isOnline;
  #rooms = new Map();
  #lostPositions = new Map(); // positions in lost rooms, for joining them again
  #default;
  #resumed = ''; // the room whose position is in the address of the current attempt
  #list;
  #joins;
  #closed = new Set(); // rooms in the list that this connection cannot enter
  #turns;
  #leaves = new Map(); // room -> number of pending requests to leave it

  /**
   * @param {object} parts
   * @param {import('./agentcore-requests.js').Requests} parts.requests
   * @param {import('./agentcore-pace.js').Pace} parts.pace
   * @param {(type: string, event: object) => void} parts.emit
   * @param {() => boolean} parts.isOnline
   */
  constructor({ requests, pace, emit, isOnline }) {
    this.#requests = requests;
    this.#pace = pace;
    this.#emit = emit;
    this.#isOnline = isOnline;
    this.#list = new RoomList(requests);
    const turns = new Turns({ pace, isOnline, count: () => this.#jobs(), next: () => this.#nextJob() });
    this.#turns = turns;
    this.#default = new DefaultRoom({ requests, turns, isOnline });
    this.#joins = new Joins({
      requests,
      turns,
      isOnline,
      isPresent: (room) => this.#rooms.get(room.name) === room,
      lastSeen: (name) => this.#lastSeen(name),
      lost: (name, code) => this.#lost(name, code),
    });
  }

  /** The names of the rooms that the client is in or rejoins. */
  get names() {
    return [...this.#rooms.keys()];
  }

  /** Returns a room, or undefined if the client is not in it and does not rejoin it. */
  get(name) {
    return this.#rooms.get(name);
  }

  /** Adds a room, which the client then joins. */
  add(name) {
    return this.#rooms.get(name) ?? this.#open(name);
  }

  #open(name, position = new Position()) {
    const deliver = ({ id, text }) => {
      const reply = this.#requests.send('chat_message', { room: name, text }, id);
      reply.catch((error) => error.code === 'NOT_IN_ROOM' && this.refused(name));
      return reply;
    };
    const outbox = new Outbox((task) => this.#pace.run(task), deliver);
    const room = new Room(name, this.#lostPositions.get(name) ?? position, outbox);
    this.#lostPositions.delete(name);
    this.#rooms.set(name, room);
    return room;
  }

  /**
   * Joins a room. Resolves with its `room_info`.
   *
   * @param {object} seen the position of the last message seen, for a room that this client does not know
   */
  join(name, seen = {}) {
    const room = this.#rooms.get(name);
    if (room?.joining) return room.joining;
    if (room !== undefined) return this.#joins.join(room, (...what) => this.#requests.ask('join_room', ...what));
    const isResumed = seen.epoch !== undefined && seen.since !== undefined;
    if (isResumed) this.#keepPosition(name, new Position(seen));
    const reply = this.#requests.ask('join_room', () => ({ room: name, ...this.#lastSeen(name) }), () => true);
    if (isResumed) reply.catch(() => this.#lostPositions.delete(name));
    if (this.#default.hasLeft(name)) this.#default.holdLeaving(reply);
    return reply;
  }

  /** Leaves a room. Resolves with `room_left`. */
  leave(name) {
    return this.#leave(name, (data) => this.#requests.ask('leave_room', data));
  }

  async #leave(name, ask) {
    const room = this.#rooms.get(name);
    if (room !== undefined) room.joining = null;
    this.#count(name, 1);
    try {
      return await ask({ room: name });
    } catch (error) {
      const present = this.#rooms.get(name); // a new object if the client left and joined in the meantime
      if (error.code === 'NOT_IN_ROOM') this.refresh(); // the room may still be in the list
      if (error.code === 'NOT_IN_ROOM' && present !== undefined) return this.#leftAlready(name);
      if (present?.isIn && error.code !== 'RATE_LIMIT_EXCEEDED') present.isDoubtful = true;
      throw error;
    } finally {
      this.#count(name, -1);
      this.#turns.ask();
    }
  }

  #count(name, more) {
    const leaves = (this.#leaves.get(name) ?? 0) + more;
    if (leaves > 0) this.#leaves.set(name, leaves);
    else this.#leaves.delete(name);
  }

  /** Handles NOT_IN_ROOM like a `room_left`. */
  #leftAlready(name) {
    const frame = { type: 'room_left', room: name };
    this.#left(name);
    this.#emit('room_left', frame);
    return frame;
  }

  /** Notes that the server answered NOT_IN_ROOM for a room it had confirmed. `user_removed` may still arrive. */
  refused(name) {
    const room = this.#rooms.get(name);
    if (room === undefined || !room.isIn) return;
    if (this.#leaves.has(name)) {
      room.isDoubtful = true;
      return;
    }
    room.exit();
    this.#turns.pause();
  }

  /** Returns the position in the default room, for the address of an attempt. */
  resume() {
    this.#resumed = this.#default.name;
    return this.#rooms.get(this.#resumed)?.position.lastSeen ?? {};
  }

  /** Whether this server keeps the list of the user's rooms and the read markers, as far as known. */
  get areKept() {
    return this.#list.isKept;
  }

  /** Asks for the list of the user's rooms. */
  refresh() {
    this.#list.refresh();
    this.#turns.ask();
  }

  /** Handles a `welcome`. */
  welcomed(frame) {
    this.#joins.welcomed();
    this.#list.welcomed();
    if (this.#default.welcomed(frame)) {
      const { name } = this.#default;
      const recovered = name === this.#resumed ? frame.recovered : undefined; // otherwise it is about another room
      this.#arrived(name, { ...frame, recovered });
    }
    this.#turns.ask();
  }

  /** Notes that the connection has ended. */
  disconnected() {
    this.#turns.stop();
    this.#default.disconnected();
    this.#closed.clear();
    this.#list.disconnected();
    this.#rooms.forEach((room) => room.disconnect());
  }

  /** Notes that the client is closed. Unsent messages fail. */
  end(error) {
    this.disconnected();
    this.#rooms.forEach((room) => room.outbox.end(error));
  }

  /** The number of requests that have to be sent. */
  #jobs() {
    const leaves = this.#toLeave().length + (this.#default.mayLeave ? 1 : 0);
    return leaves + (this.#list.canAsk ? 1 : 0) + this.#joins.count(this.#toJoin(), this.#list.isKept);
  }

  /** The rooms to join, the most urgent first; none before the list is known. */
  #toJoin() {
    if (this.#list.isFirst) return [];
    const urgency = (room) => room.failures * 2 - (room.outbox.hasUnsent ? 1 : 0);
    const rooms = [...this.#rooms.values()].filter((room) => room.needsJoin && !this.#leaves.has(room.name));
    return rooms.sort((one, other) => urgency(one) - urgency(other));
  }

  #toLeave() {
    return [...this.#rooms.values()].filter((room) => room.isUnwanted && !this.#leaves.has(room.name));
  }

  #nextJob() {
    if (this.#default.mayLeave) return this.#default.leave();
    if (this.#list.canAsk) return this.#list.ask((error) => (error === undefined ? this.#turns.ask() : this.#turns.retry(error)));
    const [unwanted] = this.#toLeave();
    if (unwanted !== undefined) return this.#leaveUnwanted(unwanted);
    const rooms = this.#toJoin();
    return rooms.length === 0 ? undefined : this.#joins.next(rooms, this.#list.isKept);
  }

  /**
   * The position of the last message seen in a room, even while a request to leave is pending, which may fail. If it
   * succeeds, `room_left` has discarded the position when the missed messages arrive, and the client drops them.
   */
  #lastSeen(name) {
    const position = this.#rooms.get(name)?.position ?? this.#lostPositions.get(name);
    return position?.lastSeen ?? {};
  }

  /** Leaves a room that the user has left on another device. */
  #leaveUnwanted(room) {
    const reply = this.#leave(room.name, (data) => this.#requests.send('leave_room', data));
    reply.catch((error) => {
      if (!this.#isOnline() || this.#rooms.get(room.name) !== room) return;
      if (error.retryable) this.#turns.retry(error);
      else room.isUnwanted = false;
    });
    return reply;
  }

  /**
   * Handles a frame. Returns whether the application receives it. It receives each message once, and no message of the
   * default room after the user left it, even if the server still sends some.
   */
  receive(frame, ownChannel) {
    const { type, room: name } = frame;
    const room = this.#rooms.get(name);
    if (type === 'chat_message') return room === undefined ? name !== this.#default.name : this.#isNew(room, frame);
    if (type === 'my_rooms') this.#listed(frame);
    if (type === 'my_room_joined' || type === 'my_room_left') {
      this.#closed.delete(name);
      if (type === 'my_room_joined' && room !== undefined) room.isUnwanted = false;
      this.refresh();
    }
    if (type === 'room_joined') this.#arrived(name, frame);
    if (type === 'room_info' && room !== undefined) room.info = frame;
    if (type === 'room_left') this.#left(name);
    if (type === 'user_removed' && frame.user_id === ownChannel) this.#lost(name, 'removed');
    if (type === 'room_reset') {
      room?.position.go(frame);
      this.#default.reset(frame);
      this.#gap(name, frame.reason);
    }
    return true;
  }

  #isNew(room, message) {
    const judgement = room.position.read(message);
    if (judgement === 'hole') this.#gap(room.name, 'hole');
    return judgement !== 'known';
  }

  #arrived(name, frame) {
    this.#default.arrived(name);
    const room = this.add(name);
    room.isKept ||= this.#list.isKept;
    if (room.arrive(frame)) this.#gap(name, 'not recovered');
  }

  /** Handles the list of the user's rooms. What the client does follows from the list alone, so all devices agree. */
  #listed({ rooms: rows = [] }) {
    const names = new Set([this.#default.name, ...rows.map(({ name }) => name)]);
    const known = rows.filter(({ name, epoch }) => name !== this.#default.name && epoch !== '');
    const isSameLog = ({ name, epoch }) => this.#rooms.get(name)?.position.lastSeen.epoch === epoch;
    const isSameStore = this.#default.isSameStore || known.some(isSameLog);
    this.#list.answered();
    for (const room of [...this.#rooms.values()]) {
      room.isKept ||= room.isIn; // joined before this answer, so the server had put it into the list
      const isUnlisted = room.isKept && !names.has(room.name);
      room.isUnwanted = isUnlisted && room.isIn;
      if (!isUnlisted || room.isIn || room.joining !== null) continue;
      if (room.isFollowed) this.#unfollow(room);
      else if (isSameStore) this.#leftAlready(room.name);
    }
    rows.forEach((row) => this.#follow(row));
    this.#turns.ask();
  }

  /** Enters a room in the list, from the position at which its entries were counted. */
  #follow({ name, epoch, seq }) {
    if (!this.#rooms.has(name)) {
      const isLeft = name === this.#default.name || this.#default.hasLeft(name) || this.#leaves.has(name);
      if (isLeft || this.#closed.has(name)) return;
      this.#open(name, new Position({ epoch, since: seq }, false)).isFollowed = true;
    }
    this.#rooms.get(name).isKept = true;
  }

  /** Forgets a room that the client has not entered. A position from before a `room_lost` stays. */
  #unfollow({ name, position }) {
    this.#keepPosition(name, position);
    this.#forget(name);
  }

  #gap(room, reason) {
    this.#emit('gap', { room, reason });
  }

  #left(name) {
    this.#default.left(name);
    this.#closed.clear(); // there is a place now
    this.#lostPositions.delete(name);
    this.#forget(name);
  }

  #lost(name, reason) {
    const room = this.#rooms.get(name);
    if (room !== undefined && reason !== 'removed') this.#keepPosition(name, room.position);
    this.#forget(name);
    if (room?.isFollowed) {
      this.#closed.add(name);
      return; // the application does not know it
    }
    this.#emit('room_lost', { room: name, reason, info: room?.info ?? null });
  }

  #keepPosition(name, position) {
    if (!position.isSeen) return;
    this.#lostPositions.set(name, position);
    if (this.#lostPositions.size > KEPT_POSITIONS) this.#lostPositions.delete(this.#lostPositions.keys().next().value);
  }

  #forget(name) {
    const room = this.#rooms.get(name);
    this.#rooms.delete(name);
    room?.exit();
    room?.outbox.end(notInRoom(name));
  }
}

/** Returns the error for a message to a room that the client is not in. */
export function notInRoom(room) {
  return new ChatError('NOT_IN_ROOM', `Not in room: ${room}`);
}
