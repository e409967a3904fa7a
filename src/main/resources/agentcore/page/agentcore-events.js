// The listeners of a client. One that fails harms neither the client nor the other listeners.

/** Delivers events one after the other, also those that a listener causes. */
export class Events {
  #listeners = new Map();
  #waiting = [];
  #isDelivering = false;
  #report;

  /** @param {(error: unknown) => void} [report] receives what a listener throws */
  constructor(report = reportError) {
    this.#report = report;
  }

  /** Calls `listener` with every event of a type. Returns a function that ends it. */
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
    return () => this.#listeners.get(type).delete(listener);
  }

  /** Delivers an event, after those that are being delivered. */
  emit(type, event) {
    this.#waiting.push({ type, event });
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    while (this.#waiting.length > 0) this.#deliver(this.#waiting.shift());
    this.#isDelivering = false;
  }

  #deliver({ type, event }) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        const result = listener(event);
        if (typeof result?.then === 'function') result.then(undefined, (error) => this.#tryReport(error));
      } catch (error) {
        this.#tryReport(error);
      }
    }
  }

  #tryReport(error) {
    try {
      this.#report(error);
    } catch {
      // nobody is left who could hear of it
    }
  }
}

/** In a browser an error of a listener reaches `window.onerror`; Node would end the process, so it is printed there. */
function reportError(error) {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error(error);
}
