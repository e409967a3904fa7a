// The unacknowledged messages of one room, or to users.

import { ChatError } from './agentcore-error.js';

const GIVE_UP = 60_000; // well within the time for which the server remembers a message's id
const RETRY = 1_000;

/**
 * Sends messages in the order of the calls. Each message waits for the ack of the previous one, so that no message
 * overtakes a retry. At any time at most one turn is requested, one message is in flight, or one pause is running.
 */
export class Outbox {
  #unsent = new Set();
  #isOpen = false;
  #isBusy = false;
  #pause;
  #takeTurn;
  #deliver;

  /**
   * @param {(task: () => (Promise<unknown> | undefined)) => void} takeTurn runs the task when a request may be sent
   * @param {(message: {id: string, text: unknown}) => Promise<object>} deliver resolves with the ack
   */
  constructor(takeTurn, deliver) {
    this.#takeTurn = takeTurn;
    this.#deliver = deliver;
  }

  /** Whether messages are waiting. */
  get hasUnsent() {
    return this.#unsent.size > 0;
  }

  /** Sends a message as soon as possible. Resolves with the ack. */
  send(id, text) {
    return new Promise((resolve, reject) => {
      const message = { id, text, resolve, reject };
      message.timer = setTimeout(() => {
        this.#remove(message)?.reject(new ChatError('GAVE_UP', 'The message could not be sent', { retryable: true }));
      }, GIVE_UP);
      this.#unsent.add(message);
      this.#next();
    });
  }

  /** Begins to send, because the connection is in the room. */
  open() {
    this.#isOpen = true;
    this.#next();
  }

  /** Stops sending. Unacknowledged messages wait. */
  hold() {
    this.#isOpen = false;
    if (this.#pause === undefined) return;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#isBusy = false;
  }

  /** Stops sending. Unacknowledged messages fail. */
  end(error) {
    this.hold();
    [...this.#unsent].forEach((message) => this.#remove(message)?.reject(error));
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
        this.#remove(message)?.resolve(ack);
        this.#continue();
      },
      (error) => this.#failed(message, error),
    );
    return reply;
  }

  #failed(message, error) {
    if (error.code === 'NOT_IN_ROOM') this.#isOpen = false; // the room checks its state, then calls open() or end()
    else if (!error.retryable) this.#remove(message)?.reject(error);
    else if (this.#isOpen && error.code !== 'RATE_LIMIT_EXCEEDED') {
      this.#pause = setTimeout(() => {
        this.#pause = undefined;
        this.#continue();
      }, error.retryAfter ?? RETRY * Math.random());
      return;
    }
    queueMicrotask(() => this.#continue()); // after the pace has noticed a refusal
  }

  #continue() {
    this.#isBusy = false;
    this.#next();
  }

  #remove(message) {
    clearTimeout(message.timer);
    return this.#unsent.delete(message) ? message : undefined;
  }
}
