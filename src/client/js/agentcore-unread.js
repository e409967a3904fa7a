// What the user has not read: in each room, and from each person.

import { mentions } from './agentcore-names.js';
import { Tally } from './agentcore-tally.js';

/**
 * Counts from `my_rooms`, and adds what arrives later. Read markers of all devices arrive as `read_marker`. Where the
 * client cannot know the number, it asks for `my_rooms` again.
 */
export class Unread {
  #user;
  #emit;
  #recount;
  #rooms = new Map();
  #people = new Map();
  #inbox = { epoch: '', seq: 0 }; // the position up to which the server counted private messages

  /**
   * @param {object} parts
   * @param {string} parts.user
   * @param {(type: string, event: object) => void} parts.emit
   * @param {() => void} parts.recount asks for `my_rooms`
   */
  constructor({ user, emit, recount }) {
    this.#user = user;
    this.#emit = emit;
    this.#recount = recount;
  }

  /** Returns the numbers of a room. */
  room(name) {
    return numbers(this.#rooms.get(name));
  }

  /** Returns the numbers of a private conversation. */
  person(name) {
    return numbers(this.#people.get(name));
  }

  /**
   * Moves the read marker of a room or person before the server has confirmed it. Returns whether it moved.
   *
   * @param {{room: string} | {username: string}} who
   */
  read(who, seq) {
    const tally = this.#tally(who);
    if (tally === undefined) return false;
    const isMoved = seq > tally.marker;
    this.#change(tally, who, () => {
      tally.see();
      if (isMoved) tally.read(seq);
    });
    return isMoved;
  }

  /** Returns the epoch of the log in which a room or person is counted. */
  epoch(who) {
    return this.#tally(who)?.epoch;
  }

  /** Notes that the server did not take a read marker. */
  distrust(who) {
    const tally = this.#tally(who);
    tally?.distrust();
    this.#doubt(tally);
  }

  #tally({ room, username }) {
    return room === undefined ? this.#people.get(username) : this.#rooms.get(room);
  }

  /** Handles a frame that the application receives. */
  receive(frame) {
    const { type, room } = frame;
    if (type === 'my_rooms') this.#counted(frame);
    if (type === 'room_joined') this.entered(room, frame);
    if (type === 'room_reset') this.#restart(this.#rooms.get(room), { room }, frame);
    if (type === 'room_left') this.#rooms.delete(room);
    if (type === 'read_marker') this.#marked(frame);
    if (type === 'chat_message' && this.#isOfOthers(frame.username, frame)) {
      this.#add(this.#rooms.get(room), { room }, frame, mentions(frame.text, this.#user));
    }
    if (type === 'private_message' && this.#isOfOthers(frame.from_username, frame)) {
      const username = frame.from_username;
      this.#add(this.#person(username), { username }, frame, false);
    }
  }

  /** Notes that the client is in a room, by `welcome` or `room_joined`. */
  entered(room, { seq, epoch, recovered }) {
    if (!this.#rooms.has(room)) this.#rooms.set(room, counted({ seq, epoch }));
    const tally = this.#rooms.get(room);
    this.#restart(tally, { room }, { seq, epoch });
    const isCounted = tally.isCounted && recovered === true; // otherwise messages before it are not counted
    if (!isCounted && seq > 0) this.#doubt(tally);
  }

  /** Notes that the client is no longer in a room. */
  forget(room) {
    this.#rooms.delete(room);
  }

  /** The program of the server may write under any name. */
  #isOfOthers(author, { server }) {
    return author !== this.#user || server === true;
  }

  #person(username) {
    if (!this.#people.has(username)) this.#people.set(username, counted(this.#inbox));
    return this.#people.get(username);
  }

  #add(tally, who, entry, isMention) {
    if (tally === undefined) return;
    if (entry.seq !== undefined && !tally.isOf(entry)) this.#doubt(tally);
    this.#change(tally, who, () => tally.add(entry, isMention));
  }

  /** Begins to count in another log, if it is another one. */
  #restart(tally, who, { seq, epoch }) {
    if (tally === undefined || tally.isOf({ epoch })) return;
    this.#change(tally, who, () => tally.begin({ seq, epoch }));
    this.#doubt(tally);
  }

  /** Asks the server to count. If its answer does not contain the room, the client asks again when it is in the room. */
  #doubt(tally) {
    if (tally !== undefined) tally.isCounted = false;
    this.#recount();
  }

  #counted({ rooms = [], conversations = [], inbox_seq: seq, inbox_epoch: epoch }) {
    for (const row of rooms) {
      if (!this.#rooms.has(row.name)) this.#rooms.set(row.name, new Tally());
      this.#take(this.#rooms.get(row.name), { room: row.name }, row);
    }
    if (epoch === undefined) return;
    this.#inbox = { seq, epoch };
    const rows = new Map(conversations.map((row) => [row.username, row]));
    for (const username of new Set([...this.#people.keys(), ...rows.keys()])) {
      this.#take(this.#person(username), { username }, { ...rows.get(username), seq, epoch });
    }
  }

  #take(tally, who, count) {
    tally.isCounted = true;
    const isExact = this.#change(tally, who, () => tally.count(count));
    if (!isExact) this.#doubt(tally);
  }

  #marked({ room, username, seq, epoch }) {
    // The list that will name an unknown room may be older than the marker.
    if (room !== undefined && !this.#rooms.has(room)) this.#rooms.set(room, counted({ seq, epoch }));
    const tally = room === undefined ? this.#person(username) : this.#rooms.get(room);
    const who = room === undefined ? { username } : { room };
    const isExact = tally.isOf({ epoch }) && this.#change(tally, who, () => tally.confirm(seq));
    if (!isExact) this.#doubt(tally);
  }

  #change(tally, who, change) {
    const before = numbers(tally);
    const result = change();
    const after = numbers(tally);
    if (before.unread !== after.unread || before.mentions !== after.mentions) this.#emit('unread', { ...who, ...after });
    return result;
  }
}

function counted(count) {
  const tally = new Tally();
  tally.count(count);
  return tally;
}

function numbers(tally) {
  return { unread: tally?.unread ?? 0, mentions: tally?.mentions ?? 0 };
}
