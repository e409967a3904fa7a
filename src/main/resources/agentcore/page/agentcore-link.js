// One lasting link to a server, made of WebSockets one after another. Knows nothing of the chat but `ping`.

/** Close codes after which coming back would only fail again. All others are worth another try. */
const FINAL_CODES = new Set([1000, 1002, 1003, 1007, 1008, 1009, 4401, 4403]);

/** The close code of a token that is missing, malformed or expired. */
const BAD_TOKEN = 4401;

/** Close codes that ask to come back later: the server is full, or this user has too many connections. */
const LATER_CODES = new Set([1013, 4409]);

/** Times in milliseconds; `options.times` of the client overrides single ones. */
export const TIMES = {
  firstBackOff: 500, // the longest first wait; doubled with each failure
  laterBackOff: 4_000, // the same where the server asked to come back later
  maxBackOff: 20_000,
  connect: 10_000, // to be welcomed, from the beginning of an attempt, the token function included
  silence: 20_000, // without a frame from the server, until it is asked whether it lives
  answer: 8_000, // for its answer
};

/**
 * Keeps one WebSocket open. After a failure it waits a random time between nothing and a limit that doubles (full
 * jitter), so that the clients of a server that died do not come back all at once.
 *
 *     closed --open--> trying --welcomed--> up --end--> waiting --time, hurry--> trying
 *                        \--failure--> waiting          any --close, final code--> closed
 *
 * The owner calls `welcomed()` when the server has greeted; only then is an attempt a success. There is at most one
 * socket, and one timer: of the attempt, of the heartbeat, or of the wait.
 */
export class Link {
  #options;
  #times;
  #state = 'closed';
  #socket = null;
  #timer;
  #failures = 0;
  #attempt = 0;
  #wasEverUp = false;
  #wasUpSinceBadToken = false;

  /**
   * @param {object} options
   * @param {() => string} options.url the address of the next attempt
   * @param {() => (string[] | Promise<string[]>)} options.protocols its subprotocols; a `closeCode` of an error that it
   *     throws counts as the server's
   * @param {boolean} [options.canRenewToken] whether `protocols` asks for a new token each time
   * @param {(frame: object) => void} options.onFrame receives every frame of the server
   * @param {(why: {code: number, reason: string, final: boolean, retryIn: number}) => void} options.onDown is called
   *     when an attempt has failed or a connection has ended; `retryIn` is in milliseconds
   * @param {() => void} options.onTry is called when an attempt begins
   * @param {object} [options.times] see TIMES
   */
  constructor(options) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
  }

  /** Opens it and keeps it open until `close`; does nothing if it is open already. */
  open() {
    if (this.#state !== 'closed') return;
    this.#failures = 0;
    this.#wasEverUp = false;
    this.#wasUpSinceBadToken = false;
    this.#connect();
  }

  /** Tries again now if it waits; else does nothing. */
  hurry() {
    if (this.#state === 'waiting') this.#connect();
  }

  /** Closes it for good. */
  close() {
    this.#attempt++;
    this.#become('closed');
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
    this.#wasEverUp = true;
    this.#wasUpSinceBadToken = true;
    this.#become('up');
    this.#listen();
  }

  #become(state) {
    clearTimeout(this.#timer);
    this.#state = state;
  }

  #after(milliseconds, act) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, milliseconds);
  }

  async #connect() {
    const attempt = ++this.#attempt;
    this.#become('trying');
    this.#after(this.#times.connect, () => this.#lost('no answer'));
    this.#options.onTry();
    if (attempt !== this.#attempt) return;
    let protocols;
    try {
      protocols = await this.#options.protocols();
    } catch (error) {
      if (attempt === this.#attempt) this.#down({ code: error?.closeCode ?? 1006, reason: words(error) });
      return;
    }
    if (attempt === this.#attempt) this.#dial(protocols);
  }

  #dial(protocols) {
    let socket;
    try {
      socket = new WebSocket(this.#options.url(), protocols);
    } catch (error) {
      // An address or a policy of the page that forbids it: the next attempt would end alike.
      this.#down({ code: 1006, reason: words(error) }, !this.#wasEverUp);
      return;
    }
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#heard(data);
    socket.onclose = (event) => this.#down(event);
    // `onclose` follows, except in Node 20, which leaves a socket that could not connect as it was.
    socket.onerror = () => socket === this.#socket && socket.readyState === 0 && this.#lost('no connection');
  }

  #heard(data) {
    const frame = read(data);
    if (frame === null) {
      this.#lost('not a frame of the protocol');
      return;
    }
    if (this.#state === 'up') this.#listen();
    this.#options.onFrame(frame);
  }

  /** Waits for the next frame; after a silence asks for one, and after another gives the connection up. */
  #listen() {
    this.#after(this.#times.silence, () => {
      this.send({ type: 'ping' });
      this.#after(this.#times.answer, () => this.#lost('no heartbeat'));
    });
  }

  /** A dead connection may take minutes to close: it is left alone. */
  #lost(reason) {
    this.#drop(4410);
    this.#down({ code: 1006, reason });
  }

  #drop(code) {
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onmessage = socket.onclose = null;
    socket.close(code);
  }

  #down({ code, reason }, isHopeless = false) {
    this.#attempt++; // what the attempt still waits for comes too late
    this.#socket = null;
    const final = isHopeless || this.#isFinal(code);
    this.#become(final ? 'closed' : 'waiting');
    const first = LATER_CODES.has(code) ? this.#times.laterBackOff : this.#times.firstBackOff;
    const retryIn = Math.random() * Math.min(this.#times.maxBackOff, first * 2 ** this.#failures++);
    if (!final) this.#after(retryIn, () => this.#connect());
    this.#options.onDown({ code, reason, final, retryIn });
  }

  /** A token that worked may have expired: a new one is worth one try. */
  #isFinal(code) {
    if (code !== BAD_TOKEN || !this.#options.canRenewToken) return FINAL_CODES.has(code);
    const isFinal = !this.#wasUpSinceBadToken;
    this.#wasUpSinceBadToken = false;
    return isFinal;
  }
}

function read(data) {
  try {
    const frame = JSON.parse(data);
    return typeof frame?.type === 'string' ? frame : null;
  } catch {
    return null;
  }
}

function words(error) {
  return String(error?.message ?? error);
}
