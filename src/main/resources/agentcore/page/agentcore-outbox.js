// The messages of one room that are not acknowledged yet.

import { ChatError } from './agentcore-error.js';

const GIVE_UP = 60_000; // well within the time for which the server knows a message's id
const RETRY = 1_000;

/**
 * Sends messages in the order of the calls. Each waits for the ack of the one before, so that a retry is never
 * overtaken: at most one turn is asked for, one message is on its way, or one pause is running.
 */
export class Outbox {
  #unsent = new Set();
  #isOpen = false;
  #isBusy = false;
  #rest;
  #takeTurn;
  #deliver;

  /**
   * @param {(task: () => (Promise<unknown> | undefined)) => void} takeTurn calls the task when a request may be sent
   * @param {(message: {id: string, text: string}) => Promise<object>} deliver resolves with the ack
   */
  constructor(takeTurn, deliver) {
    this.#takeTurn = takeTurn;
    this.#deliver = deliver;
  }

  /** Whether messages wait. */
  get hasUnsent() {
    return this.#unsent.size > 0;
  }

  /** Sends a message as soon as it can. Resolves with the ack. */
  send(id, text) {
    return new Promise((resolve, reject) => {
      const message = { id, text, resolve, reject };
      message.timer = setTimeout(() => {
        this.#take(message)?.reject(new ChatError('GAVE_UP', 'The message could not be sent', { retryable: true }));
      }, GIVE_UP);
      this.#unsent.add(message);
      this.#next();
    });
  }

  /** Begins to send: the connection is in the room. */
  open() {
    this.#isOpen = true;
    this.#next();
  }

  /** Stops sending; what is not acknowledged waits. */
  hold() {
    this.#isOpen = false;
    if (this.#rest === undefined) return;
    clearTimeout(this.#rest);
    this.#rest = undefined;
    this.#isBusy = false;
  }

  /** Stops sending; what is not acknowledged fails. */
  end(error) {
    this.hold();
    [...this.#unsent].forEach((message) => this.#take(message)?.reject(error));
  }

  #next() {
    if (!this.#isOpen || this.#isBusy || !this.hasUnsent) return;
    this.#isBusy = true;
    this.#takeTurn(() => this.#deliverFirst());
  }

  #deliverFirst() {
    if (!this.#isOpen || !this.hasUnsent) {
      this.#isBusy = false;
      return undefined;
    }
    const [message] = this.#unsent;
    const reply = this.#deliver(message);
    reply.then(
      (ack) => {
        this.#take(message)?.resolve(ack);
        this.#goOn();
      },
      (error) => this.#failed(message, error),
    );
    return reply;
  }

  #failed(message, error) {
    if (error.code === 'NOT_IN_ROOM') this.#isOpen = false; // the room finds out what is true, and opens this or ends it
    else if (!error.retryable) this.#take(message)?.reject(error);
    else if (this.#isOpen && error.code !== 'RATE_LIMIT_EXCEEDED') {
      this.#rest = setTimeout(() => {
        this.#rest = undefined;
        this.#goOn();
      }, error.retryAfter ?? RETRY * Math.random());
      return;
    }
    this.#goOn();
  }

  #goOn() {
    this.#isBusy = false;
    this.#next();
  }

  #take(message) {
    clearTimeout(message.timer);
    return this.#unsent.delete(message) ? message : undefined;
  }
}
