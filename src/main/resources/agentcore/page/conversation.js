// The data of one conversation, in a room or private. The views draw it.

const KEEP_OPEN = 1_500; // items of the open conversation
const MARGIN = 500; // items of them on each side of those that are drawn
const KEEP_CLOSED = 50;
const KEEP_PRIVATE = 1_000; // they cannot be loaded again before the page is

export class Conversation {
  /** In order: {key, kind: 'message' | 'mark', ...}. */
  #items = [];
  /** The user's messages that are being sent or have failed. */
  #unsettled = [];
  #byMessageId = new Map();
  #lastKey = 0;

  /** @param {'room' | 'private'} kind */
  constructor(kind, name) {
    this.kind = kind;
    this.name = name;
    this.key = `${kind} ${name}`;
    this.unread = 0; // messages of others that this user has read on no device
    this.mentions = 0; // those of them that mention this user
    this.newAfter = null; // the seq after which messages are marked as new; null for no mark
    this.typists = [];
    this.hasMore = false; // whether the server has older messages
    this.isCut = false; // whether the newest messages were dropped, so that arriving ones are not kept
    this.isLoaded = false; // whether the newest messages were loaded
    this.isPublic = true;
    this.createdBy = '';
    this.userCount = 0;
    /** The user names in the room by `user_id`, or null if they were not loaded. */
    this.members = null;
  }

  get isRoom() {
    return this.kind === 'room';
  }

  /** All items in display order. Unsettled messages come last. */
  get items() {
    return [...this.#items, ...this.#unsettled];
  }

  /** The number of users; a user with several connections counts once. */
  get people() {
    return this.members === null ? this.userCount : new Set(this.members.values()).size;
  }

  /** The oldest message with a seq, from which older ones are loaded. */
  get oldest() {
    return this.#items.find((item) => item.kind === 'message' && item.seq !== undefined);
  }

  /** The seq of the newest message in the log; 0 without one. */
  get newestSeq() {
    return this.#items.findLast(({ seq }) => seq !== undefined)?.seq ?? 0;
  }

  /**
   * The first message of others that is new. Undefined if there is none, or if the last message before it was not loaded
   * although the server has it.
   */
  get firstNew() {
    if (this.newAfter === null) return undefined;
    let first;
    for (let at = this.#items.length - 1; at >= 0; at--) {
      const item = this.#items[at];
      if (item.seq === undefined) continue;
      if (item.seq <= this.newAfter || (first !== undefined && item.epoch !== first.epoch)) return first;
      if (!item.isOwn) first = item;
    }
    return this.hasMore ? undefined : first;
  }

  /** Adds a message of the user that is being sent. */
  begin(id, username, text) {
    const item = this.#item({ kind: 'message', id, username, text, isOwn: true, isServer: false, time: Date.now(), state: 'sending' });
    this.#unsettled.push(item);
    return item;
  }

  /** Notes that a message of the user was stored. Its event may have arrived before. */
  settle(item, ack) {
    if (!this.#unsettled.includes(item)) return;
    this.discard(item);
    if (!this.isCut && !this.#byMessageId.has(ack.message_id)) this.#insert(this.#complete(item, ack));
  }

  /** Removes an unsettled message. */
  discard(item) {
    this.#unsettled = this.#unsettled.filter((other) => other !== item);
  }

  /**
   * Adds a message of the log, unless it is already present. Completes the user's item if this page is sending it.
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
    if (this.isCut) return !waiting;
    const item = waiting || this.#item(this.#read(message, isOwn));
    this.#insert(this.#complete(item, message));
    return !waiting;
  }

  /** Adds older messages. */
  addOlder(messages, isOwn) {
    this.#items.unshift(...this.#unknown(messages, isOwn));
  }

  /** Adds messages that follow those that are kept. */
  addNewer(messages, isOwn) {
    const end = this.newestSeq;
    this.#items.push(...this.#unknown(messages.filter(({ seq }) => seq > end), isOwn));
  }

  #unknown(messages, isOwn) {
    const unknown = messages.filter(({ message_id: id }) => !this.#byMessageId.has(id));
    return unknown.map((message) => this.#complete(this.#item(this.#read(message, isOwn(message))), message));
  }

  /** Marks a gap at which messages may be missing. Adjacent gaps have one mark. */
  mark(text) {
    if (this.#items.length > 0 && this.#items.at(-1).kind !== 'mark') this.#items.push(this.#item({ kind: 'mark', text }));
  }

  /**
   * Drops items that are far from those that are drawn, if there are too many. They can be loaded again.
   *
   * @param {number} from the index of the first item that is drawn
   * @param {number} to the index after the last one
   */
  trim(from, to) {
    if (this.#items.length <= KEEP_OPEN) return;
    const older = Math.max(0, from - MARGIN);
    if (this.isRoom && this.#items.length - older > KEEP_OPEN && to + MARGIN < this.#items.length) {
      this.#forget(this.#items.splice(to + MARGIN));
      this.isCut = true;
    }
    this.#dropOldest(older);
  }

  /** Drops all but the newest items, because the conversation is not open. */
  rest() {
    if (this.isCut) this.restart();
    const kept = this.isRoom ? KEEP_CLOSED : KEEP_PRIVATE;
    if (this.#items.length > kept * 2) this.#dropOldest(this.#items.length - kept);
  }

  /** Drops everything except what is not sent yet. The newest messages have to be loaded again. */
  restart() {
    this.#forget(this.#items.splice(0));
    this.isCut = false;
    this.isLoaded = false;
  }

  #dropOldest(count) {
    if (count === 0) return;
    this.#forget(this.#items.splice(0, count));
    this.hasMore ||= this.isRoom;
  }

  #forget(items) {
    items.forEach(({ messageId }) => this.#byMessageId.delete(messageId));
  }

  #item(fields) {
    return { key: ++this.#lastKey, ...fields };
  }

  #read({ username, text, timestamp, server }, isOwn) {
    return { kind: 'message', username, text, isOwn, isServer: server === true, time: timestamp * 1000 };
  }

  #complete(item, { message_id: messageId, seq, epoch, timestamp }) {
    Object.assign(item, { messageId, seq, epoch, state: 'sent', problem: '' });
    if (timestamp !== undefined) item.time = timestamp * 1000;
    if (messageId !== undefined) this.#byMessageId.set(messageId, item);
    return item;
  }

  /** Inserts in order of seq: an `ack` can arrive before earlier messages. */
  #insert(item) {
    let at = this.#items.length;
    while (at > 0 && comesAfter(this.#items[at - 1], item)) at--;
    this.#items.splice(at, 0, item);
  }
}

function comesAfter(one, other) {
  return one.seq !== undefined && one.epoch === other.epoch && one.seq > other.seq;
}
