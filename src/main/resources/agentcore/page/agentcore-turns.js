// Work in the background that has to be done some time, one turn of the pace for each job.

const REST = 1_000;
const MOST_REST = 8_000;

/**
 * Asks for as many turns as there are jobs. Which job is done is decided in the turn, so that a turn that comes late does
 * nothing that is done already. After a failure all jobs rest, for a time that doubles: what fails for one room, such as a
 * store that is away, would fail for the others too.
 */
export class Turns {
  #pace;
  #isOnline;
  #count;
  #next;
  #asked = 0;
  #failures = 0;
  #timer;

  /**
   * @param {object} parts
   * @param {import('./agentcore-pace.js').Pace} parts.pace
   * @param {() => boolean} parts.isOnline
   * @param {() => number} parts.count how many jobs there are
   * @param {() => (Promise<unknown> | undefined)} parts.next begins the next job, if there is one
   */
  constructor({ pace, isOnline, count, next }) {
    this.#pace = pace;
    this.#isOnline = isOnline;
    this.#count = count;
    this.#next = next;
  }

  /** Asks for the turns that the jobs still need. */
  ask() {
    if (!this.#mayWork()) return;
    const missing = this.#count() - this.#asked;
    for (let i = 0; i < missing; i++) {
      this.#asked++;
      this.#pace.run(() => this.#take(), { isBackground: true });
    }
  }

  #take() {
    this.#asked--;
    return this.#mayWork() ? this.#next() : undefined;
  }

  #mayWork() {
    return this.#isOnline() && this.#timer === undefined;
  }

  /** Asks again for a job that failed: after a rest, or as soon as the rate limit allows. */
  askAgain(error) {
    if (error.code === 'RATE_LIMIT_EXCEEDED') this.ask();
    else this.rest();
  }

  /** Does nothing for a while, and then asks for turns. */
  rest() {
    if (!this.#mayWork()) return;
    const rest = Math.min(MOST_REST, REST * 2 ** this.#failures++);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.ask();
    }, rest * (0.75 + Math.random() / 2));
  }

  /** Notes that a job was done: the next rest is a first one again. */
  worked() {
    this.#failures = 0;
  }

  /** Ends the rest: the connection is gone. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#failures = 0;
  }
}
