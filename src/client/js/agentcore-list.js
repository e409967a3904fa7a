// Requests the list of the user's rooms, which the server keeps for all devices of the user.

/**
 * Asks for `my_rooms` after each welcome, and again when something has changed. At any time at most one request is in
 * flight. A server that does not know the request is not asked again on this connection.
 */
export class RoomList {
  /** Whether the next turn of the pace should send the request. */
  isDue = false;

  /** Whether this server keeps the list, as far as known. */
  isKept = false;

  /** Whether this connection has received no answer yet. */
  isFirst = true;

  #requests;
  #connection = 0;
  #isAsked = false;

  /** @param {import('./agentcore-requests.js').Requests} requests */
  constructor(requests) {
    this.#requests = requests;
  }

  welcomed() {
    this.isDue = true;
  }

  disconnected() {
    this.#connection++;
    this.#isAsked = false;
    this.isDue = false;
    this.isKept = false;
    this.isFirst = true;
  }

  /** Asks again, unless the server does not keep the list. */
  refresh() {
    this.isDue ||= this.isKept;
  }

  /** Whether the request can be sent now. */
  get canAsk() {
    return this.isDue && !this.#isAsked;
  }

  /** Notes that the server has sent the list. */
  answered() {
    this.isKept = true;
    this.isFirst = false;
  }

  /**
   * Sends the request. Resolves with the reply.
   *
   * @param {(error?: import('./agentcore-error.js').ChatError) => void} ended called in the end, with an error if the
   *     request is due again
   */
  ask(ended) {
    this.isDue = false;
    this.#isAsked = true;
    const connection = this.#connection;
    const reply = this.#requests.send('my_rooms', {});
    const settled = (error) => {
      if (connection !== this.#connection) return;
      this.#isAsked = false;
      if (error?.retryable) this.isDue = true;
      else this.isFirst = false;
      ended(this.isDue ? error : undefined);
    };
    reply.then(() => settled(), settled);
    return reply;
  }
}
