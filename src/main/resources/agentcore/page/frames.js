// Gathers what has changed and draws it once, in the next animation frame. Where no frames come, as in a tab in the
// background, it draws a little later. What is not urgent waits for a frame that comes anyway, or a moment: a frame costs
// more than what changes in it.

const WITHOUT_FRAME = 200; // milliseconds
const SOON = 300; // milliseconds

export class Frames {
  #prepare;
  #draw;
  #changed = new Set();
  #frame = 0;
  #timer;
  #soon;

  /**
   * @param {() => void} prepare called before each drawing; what it changes is drawn with the rest
   * @param {(changed: Set<unknown>) => void} draw receives all that has changed since the last call
   */
  constructor(prepare, draw) {
    this.#prepare = prepare;
    this.#draw = draw;
  }

  /** Notes that these parts have to be drawn within a moment, together with others. */
  soon(...parts) {
    parts.forEach((part) => this.#changed.add(part));
    if (this.#timer === undefined) this.#soon ??= setTimeout(() => this.changed(), SOON);
  }

  /** Notes that these parts have to be drawn in the next frame. */
  changed(...parts) {
    parts.forEach((part) => this.#changed.add(part));
    if (this.#timer !== undefined) return;
    this.#frame = requestAnimationFrame(() => this.#now());
    this.#timer = setTimeout(() => this.#now(), WITHOUT_FRAME);
  }

  #now() {
    try {
      this.#prepare();
    } finally {
      cancelAnimationFrame(this.#frame);
      clearTimeout(this.#timer);
      clearTimeout(this.#soon);
      this.#timer = this.#soon = undefined; // else nothing would be drawn any more
    }
    const changed = this.#changed;
    this.#changed = new Set();
    this.#draw(changed);
  }
}
