// One lasting link to a server, made of WebSockets one after another. Knows nothing of the chat but `ping`.

/** Close codes after which coming back would only fail again. All others are worth another try. */
const FINAL_CODES = new Set([1000, 1002, 1003, 1007, 1008, 1009, 4401, 4403]);

/** Close codes that ask to come back later: the server is full, or this user has too many connections. */
const LATER_CODES = new Set([1013, 4409]);

/** Times in milliseconds; `options.times` of the client overrides single ones. */
export const TIMES = {
  firstBackOff: 500, // the longest first wait; doubled with each failure
  laterBackOff: 4_000, // the same where the server asked to come back later
  maxBackOff: 20_000,
  connect: 10_000, // to be welcomed, from the beginning of an attempt
  silence: 20_000, // without a frame from the server, until it is asked whether it lives
  answer: 8_000, // for its answer
};

/**
 * Keeps one WebSocket open. After a failure it waits a random time between nothing and a limit that doubles (full
 * jitter), so that the clients of a server that died do not come back all at once.
 *
 * The owner calls `welcomed()` when the server has greeted; only then is an attempt a success.
 */
export class Link {
  #options;
  #times;
  #socket = null;
  #timer = null;
  #failures = 0;
  #wanted = false;
  #attempt = 0;

  /**
   * @param {object} options
   * @param {() => string} options.url the address of the next attempt
   * @param {() => (string[] | Promise<string[]>)} options.protocols its subprotocols
   * @param {(frame: object) => void} options.onFrame hears every frame of the server
   * @param {(why: {code: number, reason: string, final: boolean, retryIn: number}) => void} options.onDown hears that
   *     an attempt has failed or a connection has ended; `retryIn` is in milliseconds
   * @param {() => void} options.onTry hears that an attempt begins
   * @param {object} [options.times] see TIMES
   */
  constructor(options) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
  }

  /** Opens it and keeps it open until `close`. */
  open() {
    this.#wanted = true;
    this.#failures = 0;
    this.#connect();
  }

  /** Tries again now where it waits; else does nothing. */
  hurry() {
    if (this.#wanted && this.#socket === null) this.#connect();
  }

  /** Closes it for good. */
  close() {
    this.#wanted = false;
    this.#attempt++;
    this.#drop(1000);
  }

  /** Sends a request; returns whether there is a connection to send it on. */
  send(frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Notes that the server has greeted: the next failure is a first one again. */
  welcomed() {
    this.#failures = 0;
    this.#listen();
  }

  async #connect() {
    const attempt = ++this.#attempt;
    clearTimeout(this.#timer);
    this.#options.onTry();
    let socket;
    try {
      const protocols = await this.#options.protocols();
      if (attempt !== this.#attempt) return;
      socket = new WebSocket(this.#options.url(), protocols);
    } catch (error) {
      if (attempt === this.#attempt) this.#down({ code: 1006, reason: String(error?.message ?? error) });
      return;
    }
    this.#socket = socket;
    socket.onmessage = (event) => {
      this.#listen();
      this.#options.onFrame(JSON.parse(event.data));
    };
    socket.onclose = (event) => this.#down(event);
    this.#timer = setTimeout(() => this.#lost('no answer'), this.#times.connect);
  }

  /** Waits for the next frame; after a silence asks for one, and after another gives the connection up. */
  #listen() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.send({ type: 'ping' });
      this.#timer = setTimeout(() => this.#lost('no heartbeat'), this.#times.answer);
    }, this.#times.silence);
  }

  /** A dead connection may take minutes to close: it is left alone. */
  #lost(reason) {
    this.#drop(4410);
    this.#down({ code: 1006, reason });
  }

  #drop(code) {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onmessage = socket.onclose = null;
    socket.onerror = () => {};
    socket.close(code === 1000 || code >= 3000 ? code : undefined);
  }

  #down({ code, reason }) {
    clearTimeout(this.#timer);
    this.#socket = null;
    const final = FINAL_CODES.has(code);
    if (final) this.#wanted = false;
    const first = LATER_CODES.has(code) ? this.#times.laterBackOff : this.#times.firstBackOff;
    const retryIn = Math.random() * Math.min(this.#times.maxBackOff, first * 2 ** this.#failures++);
    if (!final) this.#timer = setTimeout(() => this.#connect(), retryIn);
    this.#options.onDown({ code, reason, final, retryIn });
  }
}
