// Schedules background requests. Each job takes one turn of the pace.

const PAUSE = 1_000;
const MAX_PAUSE = 8_000;

/**
 * Requests as many turns as there are jobs. Each turn chooses its job when it begins, so a late turn does not repeat
 * work. After a failure all jobs pause, for a time that doubles, because an error such as an unreachable store affects
 * all rooms.
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
   * @param {() => number} parts.count returns the number of jobs
   * @param {() => (Promise<unknown> | undefined)} parts.next starts the next job, if there is one
   */
  constructor({ pace, isOnline, count, next }) {
    this.#pace = pace;
    this.#isOnline = isOnline;
    this.#count = count;
    this.#next = next;
  }

  /** Requests the turns that the jobs still need. */
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

  /** Retries a failed job after a pause, or as soon as the rate limit allows. */
  retry(error) {
    if (error.code === 'RATE_LIMIT_EXCEEDED') this.ask();
    else this.pause();
  }

  /** Pauses, and then requests turns. */
  pause() {
    if (!this.#mayWork()) return;
    const pause = Math.min(MAX_PAUSE, PAUSE * 2 ** this.#failures++);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.ask();
    }, pause * (0.75 + Math.random() / 2));
  }

  /** Notes that a job has succeeded, and resets the pause. */
  succeeded() {
    this.#failures = 0;
  }

  /** Ends the pause, because the connection has ended. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#failures = 0;
  }
}
