// Typing indicators, sent and received.

const SEND_EVERY = 3_000;
const FORGET_AFTER = 7_000; // the server ends it after 6 s, but that event may be lost

/** The typing state of this client and of other users. A target is {room} or, in private, {target_user_id}. */
export class Typing {
  #send;
  #changed;
  #lastSent = new Map(); // target -> time of the last `typing_start`
  #others = new Map(); // place -> {place, typists}: connection -> {username, timer}

  /**
   * @param {(type: string, target: object) => void} send sends `typing_start` or `typing_stop`
   * @param {(place: {room: string} | {username: string}, users: string[]) => void} changed receives the users who are
   *     typing in a room, or in the private conversation with a user
   */
  constructor(send, changed) {
    this.#send = send;
    this.#changed = changed;
  }

  start(target) {
    const now = performance.now(); // monotonic; the wall clock may be set back
    if (now - (this.#lastSent.get(key(target)) ?? -Infinity) < SEND_EVERY) return;
    this.#lastSent.set(key(target), now);
    this.#send('typing_start', target);
  }

  stop(target) {
    if (this.#lastSent.delete(key(target))) this.#send('typing_stop', target);
  }

  /** Notes that a message was sent, which ends typing. */
  sent(target) {
    this.#lastSent.delete(key(target));
  }

  /** Handles a frame of the server. */
  receive({ type, room, user_id: who, username, from_username: from, from_user_id: sender }, self) {
    const place = room === undefined ? { username } : { room };
    if (type === 'user_typing_start' && who !== self) this.#add(place, who, username);
    if (['user_typing_stop', 'chat_message', 'user_left', 'user_left_room', 'user_removed'].includes(type)) {
      this.#drop(key(place), who);
    }
    if (type === 'private_message') this.#drop(key({ username: from }), sender);
    if (type === 'room_left') this.#dropAll(key(place));
  }

  /** Clears everything, because the connection has ended. */
  clear() {
    this.#lastSent.clear();
    [...this.#others.keys()].forEach((place) => this.#dropAll(place));
  }

  #add(place, who, username) {
    const { typists } = this.#others.get(key(place)) ?? { typists: new Map() };
    clearTimeout(typists.get(who)?.timer);
    typists.set(who, { username, timer: setTimeout(() => this.#drop(key(place), who), FORGET_AFTER) });
    this.#others.set(key(place), { place, typists });
    this.#notify(key(place));
  }

  #drop(place, who) {
    const typists = this.#others.get(place)?.typists;
    clearTimeout(typists?.get(who)?.timer);
    if (typists?.delete(who)) this.#notify(place);
  }

  #dropAll(place) {
    [...(this.#others.get(place)?.typists.keys() ?? [])].forEach((who) => this.#drop(place, who));
  }

  #notify(name) {
    const { place, typists } = this.#others.get(name);
    this.#changed(place, [...new Set([...typists.values()].map(({ username }) => username))]);
  }
}

function key({ room, target_user_id: user, username = user }) {
  return room === undefined ? `person ${username}` : `room ${room}`;
}
