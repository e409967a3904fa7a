// A room as its client knows it: how far it has read, and what it has not sent yet.

import { ChatError } from './agentcore-requests.js';

const GIVE_UP = 60_000; // well within the time for which the server knows a message's id
const RETRY = 1_000;

export class Room {
  /** The last `room_info`. */
  info = null;
  #epoch = '';
  #seq = 0;
  #messageId;
  #isJoined = false;
  #isSending = false;
  #unsent = new Set();
  #deliver;

  /** @param {(message: {id: string, text: string}) => Promise<object>} deliver resolves with the ack */
  constructor(name, deliver) {
    this.name = name;
    this.#deliver = deliver;
  }

  /** Whether the present connection is in this room. */
  get isJoined() {
    return this.#isJoined;
  }

  /** What a server is told of the last message that was seen; nothing where the room is new. */
  get lastSeen() {
    const place = { epoch: this.#epoch, since: this.#seq, message_id: this.#messageId };
    return this.#epoch === '' ? {} : JSON.parse(JSON.stringify(place)); // without what is undefined
  }

  /** Goes to a place in a log. */
  place({ epoch, seq, message_id: messageId }) {
    this.#epoch = epoch;
    this.#seq = seq;
    this.#messageId = messageId;
  }

  /** Notes that the connection is in the room. Returns whether messages may be missing. */
  joined(frame) {
    const isNew = this.#epoch === '';
    if (isNew || frame.recovered !== true) this.place(frame);
    this.#isJoined = true;
    this.#sendAll();
    return !isNew && frame.recovered === false;
  }

  /** Judges a message by its place, and goes there: 'known' (heard before), 'next', or behind a 'hole'. */
  read(message) {
    const isSameLog = this.#epoch === message.epoch;
    if (isSameLog && message.seq <= this.#seq) return 'known';
    const isNext = this.#epoch === '' || (isSameLog && message.seq === this.#seq + 1);
    this.place(message);
    return isNext ? 'next' : 'hole';
  }

  /** Sends a message as soon as it can. Resolves with the ack. */
  send(id, text) {
    return new Promise((resolve, reject) => {
      const message = { id, text, resolve, reject };
      message.timer = setTimeout(() => {
        this.#unsent.delete(message);
        reject(new ChatError('GAVE_UP', 'The message could not be sent', { retryable: true }));
      }, GIVE_UP);
      this.#unsent.add(message);
      this.#sendAll();
    });
  }

  /** Each message waits for the ack of the one before, so that a retry is never overtaken. */
  async #sendAll() {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#isJoined && this.#unsent.size > 0) {
      const [message] = this.#unsent;
      try {
        const ack = await this.#deliver(message);
        this.#take(message)?.resolve(ack);
      } catch (error) {
        if (!error.retryable) this.#take(message)?.reject(error);
        else if (this.#isJoined) await new Promise((go) => setTimeout(go, error.retryAfter ?? RETRY * Math.random()));
      }
    }
    this.#isSending = false;
  }

  #take(message) {
    clearTimeout(message.timer);
    return this.#unsent.delete(message) ? message : undefined;
  }

  /** Notes that the connection is lost; what is not sent waits for the next. */
  left() {
    this.#isJoined = false;
  }

  /** Notes that there is no way back: what is not sent fails. */
  end(error) {
    this.#isJoined = false;
    [...this.#unsent].forEach((message) => this.#take(message).reject(error));
  }
}
