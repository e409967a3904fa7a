// Gathers what has changed and draws it once, in the next animation frame. Where no frames come, as in a tab in the
// background, it draws a little later.

const WITHOUT_FRAME = 200; // milliseconds

export class Frames {
  #prepare;
  #draw;
  #changed = new Set();
  #frame = 0;
  #timer;

  /**
   * @param {() => void} prepare called before each drawing; what it changes is drawn with the rest
   * @param {(changed: Set<unknown>) => void} draw receives all that has changed since the last call
   */
  constructor(prepare, draw) {
    this.#prepare = prepare;
    this.#draw = draw;
  }

  /** Notes that these parts have to be drawn. */
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
      this.#timer = undefined; // else nothing would be drawn any more
    }
    const changed = this.#changed;
    this.#changed = new Set();
    this.#draw(changed);
  }
}
