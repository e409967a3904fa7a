// The listeners of a client. A failing listener affects neither the client nor other listeners.

/** Delivers events one after the other, including events that a listener causes. */
export class Events {
  #listeners = new Map();
  #waiting = [];
  #isDelivering = false;
  #report;

  /** @param {(error: unknown) => void} [report] receives what a listener throws */
  constructor(report = reportError) {
    this.#report = report;
  }

  /** Calls `listener` with every event of a type. Returns a function that removes the listener. */
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
    return () => this.#listeners.get(type).delete(listener);
  }

  /** Delivers an event after the events that are already queued. */
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
      // nowhere left to report to
    }
  }
}

/** In a browser the error reaches `window.onerror`. Node would exit, so the error is printed there. */
function reportError(error) {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error(error);
}
