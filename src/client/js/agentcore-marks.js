// Sends the read markers of this client.

const EVERY = 1_000;

/**
 * Sends at most one `mark_read` a second, the oldest first; a later marker of the same room or person replaces an earlier
 * one. Without a connection they wait.
 */
export class Marks {
  #requests;
  #pace;
  #isOnline;
  #failed;
  #waiting = new Map(); // room or person -> {data, isValid}
  #isBusy = false; // whether a turn is requested or a request is in flight
  #timer;
  #lastSent = -Infinity;

  /**
   * @param {object} parts
   * @param {import('./agentcore-requests.js').Requests} parts.requests
   * @param {import('./agentcore-pace.js').Pace} parts.pace
   * @param {() => boolean} parts.isOnline
   * @param {(data: object) => void} parts.failed called when the server did not take a marker
   */
  constructor({ requests, pace, isOnline, failed }) {
    this.#requests = requests;
    this.#pace = pace;
    this.#isOnline = isOnline;
    this.#failed = failed;
  }

  /**
   * Sends the marker of a room or person.
   *
   * @param {{room: string, seq: number} | {target_user_id: string, seq: number}} data
   * @param {() => boolean} isValid returns whether the seq still belongs to the log
   */
  send(data, isValid) {
    this.#waiting.set(key(data), { data, isValid });
    this.#next();
  }

  /** Begins to send, because there is a connection to a server that keeps read markers. */
  open() {
    this.#next();
  }

  /** Notes that the connection has ended. Unsent markers wait. */
  disconnected() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Notes that the client is closed. Unsent markers wait, since it may connect again. */
  end() {
    this.disconnected();
  }

  #next() {
    if (this.#timer !== undefined || this.#isBusy || this.#waiting.size === 0 || !this.#isOnline()) return;
    const wait = this.#lastSent + EVERY - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#next();
      }, wait);
      return;
    }
    this.#isBusy = true;
    this.#pace.run(() => this.#sendFirst(), { isBackground: true });
  }

  #sendFirst() {
    const [first] = this.#waiting;
    if (first === undefined || !this.#isOnline()) return this.#ended();
    const [name, mark] = first;
    this.#waiting.delete(name);
    if (!mark.isValid()) return this.#ended();
    this.#lastSent = performance.now();
    const reply = this.#requests.send('mark_read', mark.data);
    reply.then(() => this.#ended(), (error) => {
      if (!error.retryable && error.code !== 'CLOSED') this.#failed(mark.data);
      else if (!this.#waiting.has(name)) this.#waiting.set(name, mark);
      this.#ended();
    });
    return reply;
  }

  #ended() {
    this.#isBusy = false;
    this.#next();
    return undefined;
  }
}

function key({ room, target_user_id: user }) {
  return room === undefined ? `person ${user}` : `room ${room}`;
}
