// A clock that tests advance by hand, and random numbers reproducible from a seed.

/** Returns a generator of numbers in [0, 1) (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Replaces the timers, the clocks and Math.random of this process. */
export class FakeTime {
  now = 0;
  #timers = new Map();
  #last = 0;
  #setImmediate = globalThis.setImmediate;

  /** @param {number} seed for Math.random */
  install(seed) {
    this.now = 0;
    this.#timers.clear();
    globalThis.setTimeout = (act, delay = 0) => this.#add(act, delay);
    globalThis.clearTimeout = (id) => void this.#timers.delete(id);
    performance.now = () => this.now;
    Date.now = () => 1e12 - this.now; // the wall clock runs backwards
    Math.random = random(seed);
  }

  #add(act, delay) {
    const id = ++this.#last;
    this.#timers.set(id, { act, at: this.now + Math.max(0, Number(delay) || 0), id });
    return id;
  }

  /** Calls `act` later on behalf of the environment; not counted as a timer of the client. */
  later(act, delay = 0) {
    const id = this.#add(act, delay);
    this.#timers.get(id).isOfEnvironment = true;
  }

  /** The number of active timers of the client. */
  get running() {
    return [...this.#timers.values()].filter(({ isOfEnvironment }) => !isOfEnvironment).length;
  }

  /** Runs everything that does not wait for a timer. */
  settle() {
    return new Promise((done) => this.#setImmediate.call(globalThis, done));
  }

  /** Advances the clock and runs the timers that become due, one by one. */
  async turn(milliseconds) {
    const end = this.now + milliseconds;
    await this.settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next.id);
      this.now = Math.max(this.now, next.at);
      next.act();
      await this.settle();
    }
    this.now = end;
  }

  #next(end) {
    let first;
    for (const timer of this.#timers.values()) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }
}
