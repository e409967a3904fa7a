// Limits the requests of a client. The server limits the requests of a user across all connections and closes a
// connection that continues after many refusals. So a client has few requests in flight and waits after a refusal.

import { ChatError } from './agentcore-error.js';

/** Low enough that five connections of one user (the server's default) stay below the 100 refusals that close one. */
const MAX_IN_FLIGHT = 10;

/** Every fourth turn goes to background work, even if foreground work is waiting. */
const BACKGROUND_TURN = 4;

const WAIT = 1_000;
const MAX_SPREAD = 5;

/**
 * Gives turns to tasks. At most MAX_IN_FLIGHT tasks are in flight; after a refusal only one, and one more after each
 * success. After a refusal nothing starts until the server's `retry_after` has passed, plus a random time that grows
 * with the number of refusals, so that the tabs of one user do not continue at the same moment.
 */
export class Pace {
  #now;
  #foreground = [];
  #background = [];
  #inFlight = 0;
  #limit = MAX_IN_FLIGHT;
  #refusals = 0;
  #pausedUntil = -Infinity;
  #timer;
  #turns = 0;

  /** @param {() => number} [now] a monotonic clock in milliseconds */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** The time until the next task may start, in milliseconds. */
  get pause() {
    return Math.max(0, this.#pausedUntil - this.#now());
  }

  /**
   * Runs `task` when it gets a turn.
   *
   * @param {() => (Promise<unknown> | undefined)} task returns a promise of the reply, or undefined without a request
   * @param {{isBackground?: boolean}} [options]
   */
  run(task, { isBackground = false } = {}) {
    (isBackground ? this.#background : this.#foreground).push(task);
    this.#next();
  }

  /** Runs all waiting tasks at once. Used when the client is closed, when the tasks send nothing. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const task of [...this.#foreground.splice(0), ...this.#background.splice(0)]) this.#start(task);
  }

  #next() {
    while (this.#inFlight < this.#limit && this.#foreground.length + this.#background.length > 0) {
      const pause = this.pause;
      if (pause > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#next();
        }, Math.ceil(pause));
        return;
      }
      this.#start(this.#take());
    }
  }

  #take() {
    const isBackground = this.#foreground.length === 0 || (this.#background.length > 0 && this.#turns % BACKGROUND_TURN === 0);
    return (isBackground ? this.#background : this.#foreground).shift();
  }

  #start(task) {
    const reply = task();
    if (reply === undefined) return;
    this.#turns++;
    this.#inFlight++;
    reply.then(
      () => this.#succeeded(),
      (error) => this.#failed(error),
    );
  }

  #succeeded() {
    this.#refusals = 0;
    this.#limit = Math.min(MAX_IN_FLIGHT, this.#limit + 1);
    this.#ended();
  }

  #failed(error) {
    if (error.code === 'RATE_LIMIT_EXCEEDED') this.#refused(error.retryAfter ?? WAIT);
    this.#ended();
  }

  #refused(retryAfter) {
    if (this.pause === 0) this.#refusals = Math.min(MAX_SPREAD, this.#refusals + 1);
    this.#limit = 1;
    const spread = Math.random() * this.#refusals * Math.min(retryAfter, WAIT);
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + retryAfter + spread);
  }

  #ended() {
    this.#inFlight--;
    this.#next();
  }
}

/** Returns the error of a request that cannot be sent in time because of a pause. */
export function rateLimited(pause) {
  return new ChatError('RATE_LIMIT_EXCEEDED', 'Rate limit exceeded', { retryable: true, retryAfter: pause });
}
