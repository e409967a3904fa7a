// What is known of one conversation: a room, or a private one. Data alone; the views draw it.

const KEEP = 1_000;

export class Conversation {
  /** In their order: {key, kind: 'message' | 'mark', ...}. */
  #items = [];
  /** Own messages on their way, or failed. */
  #unsettled = [];
  #byMessageId = new Map();
  #lastKey = 0;

  /** @param {'room' | 'private'} kind */
  constructor(kind, name) {
    this.kind = kind;
    this.name = name;
    this.unread = 0;
    this.draft = '';
    this.typists = [];
    this.hasMore = false; // whether the server has older messages
    this.isLoaded = false; // whether the newest were asked for
    this.isPublic = true;
    this.createdBy = '';
    this.userCount = 0;
    /** The connections in the room by `user_id`, or nothing where they were not asked for. */
    this.members = null;
  }

  get isRoom() {
    return this.kind === 'room';
  }

  /** All that is shown, in order: what is not settled stands last. */
  get items() {
    return [...this.#items, ...this.#unsettled];
  }

  /** How many people are there; one with several connections is one. */
  get people() {
    return this.members === null ? this.userCount : new Set(this.members.values()).size;
  }

  /** The message before which older ones are asked for. */
  get oldest() {
    return this.#items.find((item) => item.kind === 'message' && item.seq !== undefined);
  }

  /** Begins an own message. */
  begin(id, username, text) {
    const item = this.#item({ kind: 'message', id, username, text, isOwn: true, time: Date.now(), state: 'sending' });
    this.#unsettled.push(item);
    return item;
  }

  /** Notes that an own message is stored (`ack`), or handed over (private). Its event may be here already. */
  settle(item, ack = {}) {
    if (!this.#unsettled.includes(item)) return;
    this.discard(item);
    if (!this.#byMessageId.has(ack.message_id)) this.#insert(this.#complete(item, ack));
  }

  /** Forgets an own message that was not sent. */
  discard(item) {
    this.#unsettled = this.#unsettled.filter((other) => other !== item);
  }

  /**
   * Adds a message of the log, unless it is here already. An own one that is on its way is this one.
   *
   * @param {object} message the event
   * @param {boolean} isFromHere whether a connection of this page sent it
   * @param {boolean} isOwn whether this user wrote it
   * @returns {boolean} whether it was not shown before
   */
  add(message, isFromHere, isOwn) {
    if (this.#byMessageId.has(message.message_id)) return false;
    const waiting = isFromHere && this.#unsettled.find(({ text }) => text === message.text);
    if (waiting) this.discard(waiting);
    const item = waiting || this.#item(this.#read(message, isOwn));
    this.#insert(this.#complete(item, message));
    return !waiting;
  }

  /** Adds what was read further back. */
  addOlder(messages, isOwn) {
    const older = messages.filter(({ message_id: id }) => !this.#byMessageId.has(id));
    const items = older.map((message) => this.#complete(this.#item(this.#read(message, isOwn(message))), message));
    this.#items.unshift(...items);
  }

  /** Adds a private message, which has no place in a log. */
  addPrivate(username, text) {
    this.#items.push(this.#item({ kind: 'message', username, text, isOwn: false, time: Date.now(), state: 'sent' }));
  }

  /** Marks a place at which messages may be missing; one mark is enough. */
  mark(text) {
    if (this.#items.length > 0 && this.#items.at(-1).kind !== 'mark') this.#items.push(this.#item({ kind: 'mark', text }));
  }

  /** Drops the oldest where there are too many; they can be read again. */
  trim() {
    if (this.#items.length <= KEEP * 2) return;
    const dropped = this.#items.splice(0, this.#items.length - KEEP);
    dropped.forEach(({ messageId }) => this.#byMessageId.delete(messageId));
    this.hasMore = this.isRoom;
  }

  #item(fields) {
    return { key: ++this.#lastKey, ...fields };
  }

  #read({ username, text, timestamp }, isOwn) {
    return { kind: 'message', username, text, isOwn, time: timestamp * 1000 };
  }

  #complete(item, { message_id: messageId, seq, epoch, timestamp }) {
    Object.assign(item, { messageId, seq, epoch, state: 'sent', problem: '' });
    if (timestamp !== undefined) item.time = timestamp * 1000;
    if (messageId !== undefined) this.#byMessageId.set(messageId, item);
    return item;
  }

  /** An `ack` can be here before the messages that stand before its own. */
  #insert(item) {
    let at = this.#items.length;
    while (at > 0 && comesAfter(this.#items[at - 1], item)) at--;
    this.#items.splice(at, 0, item);
  }
}

function comesAfter(one, other) {
  return one.seq !== undefined && one.epoch === other.epoch && one.seq > other.seq;
}
