// Requests to join rooms: one by one, or several with one request.

import { ChatError } from './agentcore-error.js';

/** The server's limit by default. */
const MOST_ROOMS = 100;

export class Joins {
  #requests;
  #turns;
  #isOnline;
  #isPresent;
  #lastSeen;
  #lost;
  #most = MOST_ROOMS; // in one request; half as many after each refusal

  /**
   * @param {object} parts
   * @param {import('./agentcore-requests.js').Requests} parts.requests
   * @param {import('./agentcore-turns.js').Turns} parts.turns
   * @param {() => boolean} parts.isOnline
   * @param {(room: import('./agentcore-room.js').Room) => boolean} parts.isPresent whether the client still has the room
   * @param {(name: string) => object} parts.lastSeen the position of the last message seen in a room
   * @param {(name: string, code: string) => void} parts.lost called when a room cannot be joined
   */
  constructor({ requests, turns, isOnline, isPresent, lastSeen, lost }) {
    this.#requests = requests;
    this.#turns = turns;
    this.#isOnline = isOnline;
    this.#isPresent = isPresent;
    this.#lastSeen = lastSeen;
    this.#lost = lost;
  }

  /** Handles a `welcome`, after which the server may be another one. */
  welcomed() {
    this.#most = MOST_ROOMS;
  }

  /** Returns how many requests it takes to join rooms. */
  count(rooms, isTogether) {
    return isTogether ? Math.ceil(rooms.length / this.#most) : rooms.length;
  }

  /** Sends a request for the first rooms of a list, in a turn of the pace. Resolves with the reply. */
  next(rooms, isTogether) {
    if (isTogether && this.#most > 1) return this.#joinAll(rooms.slice(0, this.#most));
    return this.join(rooms[0], (data) => this.#requests.send('join_room', data));
  }

  /** Joins one room. `ask` sends the request. Resolves with the `room_info`. */
  join(room, ask) {
    const isWanted = () => room.joining === reply;
    const reply = ask(() => this.#fields(room), isWanted);
    this.#await(room, reply);
    return reply;
  }

  #fields({ name }) {
    return { room: name, ...this.#lastSeen(name) };
  }

  #joinAll(rooms) {
    const reply = this.#requests.send('join_rooms', { rooms: rooms.map((room) => this.#fields(room)) });
    const refused = (error) => {
      if (error.retryable || !this.#isOnline()) throw error;
      this.#most = Math.max(1, Math.floor(rooms.length / 2));
      throw new ChatError(error.code, error.message, { retryable: true });
    };
    const replies = reply.catch(refused);
    for (const room of rooms) this.#await(room, replies.then(({ failed = [] }) => resultOf(room, failed)));
    return reply;
  }

  /** Notes that `reply` settles when the room was joined. */
  #await(room, reply) {
    room.joining = reply;
    const ended = (error) => {
      if (!this.#isPresent(room) || room.joining !== reply) return;
      room.joining = null;
      if (error === undefined) this.#turns.succeeded();
      else if (!this.#isOnline()) return; // the next welcome asks again
      else if (error.retryable && room.needsJoin) {
        if (error.code !== 'RATE_LIMIT_EXCEEDED') room.failures++;
        this.#turns.retry(error);
      } else if (!error.retryable && (!room.isIn || room.isDoubtful)) this.#lost(room.name, error.code);
    };
    reply.then(() => ended(), ended);
  }
}

/** Returns the `room_info` of a room that was joined with others. */
function resultOf(room, failed) {
  const failure = failed.find((row) => row.room === room.name);
  if (failure === undefined) return room.info;
  const { error_code: code, message, retryable = code === 'BACKEND_UNAVAILABLE' } = failure;
  throw new ChatError(code, message, { retryable });
}
