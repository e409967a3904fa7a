// The rooms of a client. Only the server's frames, in order, change which rooms the client is in; requests only ask.
// Every request to join a known room contains the position of the last message seen there.

import { ChatError } from './agentcore-error.js';
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
  #default = ''; // the default room
  #leftDefault = ''; // its name, if the user has left it
  #mustLeaveDefault = false;
  #defaultJoins = 0; // how many requests to rejoin it are pending
  #resumed = ''; // the room whose position is in the address of the current attempt
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
    this.#turns = new Turns({ pace, isOnline, count: () => this.#jobs(), next: () => this.#nextJob() });
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

  #open(name) {
    const deliver = ({ id, text }) => {
      const reply = this.#requests.send('chat_message', { room: name, text }, id);
      reply.catch((error) => error.code === 'NOT_IN_ROOM' && this.refused(name));
      return reply;
    };
    const outbox = new Outbox((task) => this.#pace.run(task), deliver);
    const room = new Room(name, this.#lostPositions.get(name) ?? new Position(), outbox);
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
    if (room !== undefined) return this.#join(room, (...what) => this.#requests.ask('join_room', ...what));
    const isResumed = seen.epoch !== undefined && seen.since !== undefined;
    if (isResumed) this.#keepPosition(name, new Position(seen));
    const reply = this.#requests.ask('join_room', () => ({ room: name, ...this.#lastSeen(name) }), () => true);
    if (isResumed) reply.catch(() => this.#lostPositions.delete(name));
    if (name === this.#leftDefault) this.#holdLeaving(reply);
    return reply;
  }

  /** Leaves a room. Resolves with `room_left`. */
  async leave(name) {
    const room = this.#rooms.get(name);
    if (room !== undefined) room.joining = null;
    this.#count(name, 1);
    try {
      return await this.#requests.ask('leave_room', { room: name });
    } catch (error) {
      const present = this.#rooms.get(name); // a new object if the client left and joined in the meantime
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
    this.#resumed = this.#default;
    return this.#rooms.get(this.#default)?.position.lastSeen ?? {};
  }

  /** Handles a `welcome`. */
  welcomed(frame) {
    [this.#default = ''] = frame.rooms ?? [];
    this.#mustLeaveDefault = this.#default !== '' && this.#default === this.#leftDefault;
    if (this.#default !== '' && !this.#mustLeaveDefault) {
      const recovered = this.#default === this.#resumed ? frame.recovered : undefined; // otherwise it is about another room
      this.#arrived(this.#default, { ...frame, recovered });
    }
    this.#turns.ask();
  }

  /** Notes that the connection has ended. */
  disconnected() {
    this.#turns.stop();
    this.#mustLeaveDefault = false;
    this.#rooms.forEach((room) => room.disconnect());
  }

  /** Notes that the client is closed. Unsent messages fail. */
  end(error) {
    this.disconnected();
    this.#rooms.forEach((room) => room.outbox.end(error));
  }

  /** The number of pending requests to rejoin or leave rooms. */
  #jobs() {
    return this.#toJoin().length + (this.#mayLeaveDefault ? 1 : 0);
  }

  #toJoin() {
    return [...this.#rooms.values()].filter((room) => room.needsJoin && !this.#leaves.has(room.name));
  }

  get #mayLeaveDefault() {
    return this.#mustLeaveDefault && this.#defaultJoins === 0;
  }

  #nextJob() {
    if (this.#mayLeaveDefault) return this.#leaveDefault();
    const urgency = (room) => room.failures * 2 - (room.outbox.hasUnsent ? 1 : 0);
    const [first] = this.#toJoin().sort((one, other) => urgency(one) - urgency(other));
    return first && this.#join(first, (data) => this.#requests.send('join_room', data));
  }

  #join(room, ask) {
    const { name } = room;
    const isWanted = () => room.joining === reply;
    const reply = ask(() => ({ room: name, ...this.#lastSeen(name) }), isWanted);
    room.joining = reply;
    const ended = (error) => {
      if (this.#rooms.get(name) !== room || room.joining !== reply) return;
      room.joining = null;
      if (error === undefined) this.#turns.succeeded();
      else if (!this.#isOnline()) return; // the next welcome asks again
      else if (error.retryable && room.needsJoin) {
        if (error.code !== 'RATE_LIMIT_EXCEEDED') room.failures++;
        this.#turns.retry(error);
      } else if (!error.retryable && !room.isIn) this.#lost(name, error.code);
    };
    reply.then(() => ended(), ended);
    return reply;
  }

  /** The position of the last message seen in a room; empty while a request to leave is pending. */
  #lastSeen(name) {
    const room = this.#rooms.get(name);
    if (room === undefined) return this.#lostPositions.get(name)?.lastSeen ?? {};
    return this.#leaves.has(name) ? {} : room.position.lastSeen;
  }

  /** Leaves the default room again: the server adds every new connection to it, even if the user had left. */
  #leaveDefault() {
    this.#mustLeaveDefault = false;
    const reply = this.#requests.send('leave_room', { room: this.#default });
    reply.catch((error) => {
      if (!error.retryable || !this.#isOnline() || this.#leftDefault !== this.#default) return;
      this.#mustLeaveDefault = true;
      this.#turns.retry(error);
    });
    return reply;
  }

  /** Does not leave the default room while a request to join it is pending. If that fails, the room counts as left. */
  #holdLeaving(reply) {
    this.#defaultJoins++;
    const ended = () => {
      this.#defaultJoins--;
      this.#mustLeaveDefault = this.#isOnline() && this.#leftDefault !== '' && this.#leftDefault === this.#default;
      this.#turns.ask();
    };
    reply.then(ended, ended);
  }

  /**
   * Handles a frame. Returns whether the application receives it. It receives each message once, and no message of the
   * default room after the user left it, even if the server still sends some.
   */
  receive(frame, ownChannel) {
    const { type, room: name } = frame;
    const room = this.#rooms.get(name);
    if (type === 'chat_message') return room === undefined ? name !== this.#default : this.#isNew(room, frame);
    if (type === 'room_joined') this.#arrived(name, frame);
    if (type === 'room_info' && room !== undefined) room.info = frame;
    if (type === 'room_left') this.#left(name);
    if (type === 'user_removed' && frame.user_id === ownChannel) this.#lost(name, 'removed');
    if (type === 'room_reset') {
      room?.position.go(frame);
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
    if (name === this.#leftDefault) {
      this.#leftDefault = '';
      this.#mustLeaveDefault = false;
    }
    if (this.add(name).arrive(frame)) this.#gap(name, 'not recovered');
  }

  #gap(room, reason) {
    this.#emit('gap', { room, reason });
  }

  #left(name) {
    if (name === this.#default) this.#leftDefault = name;
    this.#lostPositions.delete(name);
    this.#forget(name);
  }

  #lost(name, reason) {
    const room = this.#rooms.get(name);
    if (room !== undefined && reason !== 'removed') this.#keepPosition(name, room.position);
    this.#forget(name);
    this.#emit('room_lost', { room: name, reason, info: room?.info ?? null });
  }

  #keepPosition(name, position) {
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
