// Typing indicators, sent and received.

const SEND_EVERY = 3_000;
const FORGET_AFTER = 7_000; // the server ends it after 6 s, but that event may be lost

/** The typing state of this client and of other users. */
export class Typing {
  #send;
  #changed;
  #lastSent = new Map(); // room -> time of the last `typing_start`
  #others = new Map(); // room -> connection -> {username, timer}

  /**
   * @param {(type: string, room: string) => void} send sends `typing_start` or `typing_stop`
   * @param {(room: string, users: string[]) => void} changed receives the users who are typing in a room
   */
  constructor(send, changed) {
    this.#send = send;
    this.#changed = changed;
  }

  start(room) {
    const now = performance.now(); // monotonic; the wall clock may be set back
    if (now - (this.#lastSent.get(room) ?? -Infinity) < SEND_EVERY) return;
    this.#lastSent.set(room, now);
    this.#send('typing_start', room);
  }

  stop(room) {
    if (this.#lastSent.delete(room)) this.#send('typing_stop', room);
  }

  /** Notes that a message was sent, which ends typing. */
  sent(room) {
    this.#lastSent.delete(room);
  }

  /** Handles a frame of the server. */
  receive({ type, room, user_id: who, username }, self) {
    if (type === 'user_typing_start' && who !== self) this.#add(room, who, username);
    if (['user_typing_stop', 'chat_message', 'user_left', 'user_left_room', 'user_removed'].includes(type)) {
      this.#drop(room, who);
    }
    if (type === 'room_left') this.#dropAll(room);
  }

  /** Clears everything, because the connection has ended. */
  clear() {
    this.#lastSent.clear();
    [...this.#others.keys()].forEach((room) => this.#dropAll(room));
  }

  #add(room, who, username) {
    const typists = this.#others.get(room) ?? new Map();
    clearTimeout(typists.get(who)?.timer);
    typists.set(who, { username, timer: setTimeout(() => this.#drop(room, who), FORGET_AFTER) });
    this.#others.set(room, typists);
    this.#notify(room);
  }

  #drop(room, who) {
    const typists = this.#others.get(room);
    clearTimeout(typists?.get(who)?.timer);
    if (typists?.delete(who)) this.#notify(room);
  }

  #dropAll(room) {
    [...(this.#others.get(room)?.keys() ?? [])].forEach((who) => this.#drop(room, who));
  }

  #notify(room) {
    const users = [...this.#others.get(room).values()].map(({ username }) => username);
    this.#changed(room, [...new Set(users)]);
  }
}
