// Typing indicators, sent and received.

const TELL_EVERY = 3_000;
const FORGET_AFTER = 7_000; // the server ends it after 6 s, but that event may be lost

/** The typing state of this client and of other users. */
export class Typing {
  #tell;
  #changed;
  #told = new Map(); // room -> time of the last `typing_start`
  #others = new Map(); // room -> connection -> {username, timer}

  /**
   * @param {(type: string, room: string) => void} tell sends `typing_start` or `typing_stop`
   * @param {(room: string, users: string[]) => void} changed receives the users who are typing in a room
   */
  constructor(tell, changed) {
    this.#tell = tell;
    this.#changed = changed;
  }

  start(room) {
    const now = performance.now(); // monotonic; the wall clock may be set back
    if (now - (this.#told.get(room) ?? -Infinity) < TELL_EVERY) return;
    this.#told.set(room, now);
    this.#tell('typing_start', room);
  }

  stop(room) {
    if (this.#told.delete(room)) this.#tell('typing_stop', room);
  }

  /** Notes that a message was sent, which ends typing. */
  sent(room) {
    this.#told.delete(room);
  }

  /** Handles a frame of the server. */
  heard({ type, room, user_id: who, username }, self) {
    if (type === 'user_typing_start' && who !== self) this.#add(room, who, username);
    if (['user_typing_stop', 'chat_message', 'user_left', 'user_left_room', 'user_removed'].includes(type)) {
      this.#drop(room, who);
    }
    if (type === 'room_left') this.#dropAll(room);
  }

  /** Clears everything, because the connection has ended. */
  clear() {
    this.#told.clear();
    [...this.#others.keys()].forEach((room) => this.#dropAll(room));
  }

  #add(room, who, username) {
    const typists = this.#others.get(room) ?? new Map();
    clearTimeout(typists.get(who)?.timer);
    typists.set(who, { username, timer: setTimeout(() => this.#drop(room, who), FORGET_AFTER) });
    this.#others.set(room, typists);
    this.#tellOf(room);
  }

  #drop(room, who) {
    const typists = this.#others.get(room);
    clearTimeout(typists?.get(who)?.timer);
    if (typists?.delete(who)) this.#tellOf(room);
  }

  #dropAll(room) {
    [...(this.#others.get(room)?.keys() ?? [])].forEach((who) => this.#drop(room, who));
  }

  #tellOf(room) {
    const users = [...this.#others.get(room).values()].map(({ username }) => username);
    this.#changed(room, [...new Set(users)]);
  }
}
