// A permanent link to a server over successive WebSockets. The only request it knows is `ping`.

/** Close codes after which a reconnect would fail again. After all other codes the link reconnects. */
const FINAL_CODES = new Set([1000, 1003, 1008, 1009, 4401, 4403, 4411]);

/** The close code of a token that is missing, malformed or expired. */
const BAD_TOKEN = 4401;

/**
 * Close codes that require a longer delay: a frame was damaged, the server is full, or this user has too many connections.
 */
const LATER_CODES = new Set([1002, 1007, 1013, 4409]);

/** Times in milliseconds. `options.times` of the client overrides single values. */
export const TIMES = {
  firstBackOff: 500, // maximum first delay; doubles with each failure
  laterBackOff: 4_000, // the same after one of LATER_CODES
  maxBackOff: 20_000,
  connect: 10_000, // from the beginning of an attempt, including the token function, until `welcome`
  silence: 20_000, // without a frame from the server, until the link sends a ping
  answer: 8_000, // until the answer to the ping
};

/**
 * Keeps one WebSocket open. After a failure it waits a random time between zero and a limit that doubles (full jitter),
 * so that the clients of a dead server do not reconnect all at once.
 *
 *     closed --open--> trying --welcomed--> up --end--> waiting --time, hurry--> trying
 *                        \--failure--> waiting          any --close, final code--> closed
 *
 * An attempt succeeds when the owner calls `welcomed()`, after the server's `welcome`. There is at most one socket and
 * one timer: for the attempt, the heartbeat or the delay.
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
   * @param {() => (string[] | Promise<string[]>)} options.protocols its subprotocols; if it throws an error with a
   *     `closeCode`, the link treats this code as the server's
   * @param {boolean} [options.canRenewToken] whether `protocols` gets a new token each time
   * @param {(frame: object) => void} options.onFrame receives every frame of the server
   * @param {(why: {code: number, reason: string, final: boolean, retryIn: number}) => void} options.onDown called when
   *     an attempt has failed or a connection has ended; `retryIn` is in milliseconds
   * @param {() => void} options.onTry called when an attempt begins
   * @param {object} [options.times] see TIMES
   * @param {new (url: string, protocols: string[]) => object} [options.WebSocket] by default the global one
   */
  constructor(options) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
  }

  /** Opens the link and keeps it open until `close`. Does nothing if it is already open. */
  open() {
    if (this.#state !== 'closed') return;
    this.#failures = 0;
    this.#wasEverUp = false;
    this.#wasUpSinceBadToken = false;
    this.#connect();
  }

  /** Tries again now if the link waits for its next attempt; otherwise does nothing. */
  hurry() {
    if (this.#state === 'waiting') this.#connect();
  }

  /** Closes the link and stops reconnecting. */
  close() {
    this.#attempt++;
    this.#become('closed');
    this.#drop(1000);
  }

  /** Sends a request. Returns whether there was a connection to send it on. */
  send(frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Notes that `welcome` has arrived, and resets the back-off. */
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
      if (attempt === this.#attempt) this.#down({ code: error?.closeCode ?? 1006, reason: describe(error) });
      return;
    }
    if (attempt === this.#attempt) this.#dial(protocols);
  }

  #dial(protocols) {
    const { WebSocket = globalThis.WebSocket } = this.#options;
    if (WebSocket === undefined) {
      this.#down({ code: 1006, reason: 'there is no WebSocket here: pass the option WebSocket' }, true);
      return;
    }
    let socket;
    try {
      socket = new WebSocket(this.#options.url(), protocols);
    } catch (error) {
      // The address is invalid or forbidden by a policy of the page, so the next attempt would fail, too.
      this.#down({ code: 1006, reason: describe(error) }, !this.#wasEverUp);
      return;
    }
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = (event) => this.#down(event);
    // `onclose` follows, except in Node 20, which does not close a socket that could not connect.
    socket.onerror = () => socket === this.#socket && socket.readyState === 0 && this.#lost('no connection');
  }

  #receive(data) {
    const frame = read(data);
    if (frame === null) {
      this.#lost('not a frame of the protocol');
      return;
    }
    if (this.#state === 'up') this.#listen();
    this.#options.onFrame(frame);
  }

  /** Waits for the next frame. After a silence sends a ping, and without an answer gives up the connection. */
  #listen() {
    this.#after(this.#times.silence, () => {
      this.send({ type: 'ping' });
      this.#after(this.#times.answer, () => this.#lost('no heartbeat'));
    });
  }

  /** Abandons the socket without waiting, because closing a dead connection may take minutes. */
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
    this.#attempt++; // ignore late results of this attempt
    this.#socket = null;
    const final = isHopeless || this.#isFinal(code);
    this.#become(final ? 'closed' : 'waiting');
    const first = LATER_CODES.has(code) ? this.#times.laterBackOff : this.#times.firstBackOff;
    const retryIn = Math.random() * Math.min(this.#times.maxBackOff, first * 2 ** this.#failures++);
    if (!final) this.#after(retryIn, () => this.#connect());
    this.#options.onDown({ code, reason, final, retryIn });
  }

  /** A token that worked may have expired, so a new token gets one attempt. */
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

function describe(error) {
  return String(error?.message ?? error);
}
