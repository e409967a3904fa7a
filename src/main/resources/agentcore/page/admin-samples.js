// What the server measured in the last 15 minutes, and how values are read from it.

/** The time that charts show, in seconds. */
export const SPAN = 900;

/** Samples come every 5 seconds; between two that are further apart, nothing is known. */
const MAX_STEP = 12.5;

const COUNTERS = ['received', 'delivered', 'errors'];

export class Samples {
  #all = [];

  /** The time of the newest sample, in seconds since 1970; 0 if there is none. */
  get end() {
    return this.#all.at(-1)?.time ?? 0;
  }

  /** Adds the samples that are newer than all others, and drops those that have become too old. */
  add(samples) {
    this.#all.push(...samples.filter(({ time }) => time > this.end));
    this.#all = this.#all.filter(({ time }) => time >= this.end - SPAN);
  }

  /**
   * Reads a value from each sample.
   *
   * @param {(sample: object, before: object | null) => number | null} measure receives the sample before, unless
   *     the server was not seen or has started anew between the two; returns null if the value is not known
   * @returns {{time: number, since: number | null, value: number | null}[]} `since` is the time of the sample before
   */
  values(measure) {
    return this.#all.map((sample, index) => {
      const before = index > 0 && follows(sample, this.#all[index - 1]) ? this.#all[index - 1] : null;
      return { time: sample.time, since: before?.time ?? null, value: measure(sample, before) };
    });
  }
}

function follows(sample, before) {
  return sample.time - before.time <= MAX_STEP && COUNTERS.every((name) => sample[name] >= before[name]);
}

/** Reads a counter as a rate per second. */
export function rate(name) {
  return (sample, before) => (before === null ? null : (sample[name] - before[name]) / (sample.time - before.time));
}
