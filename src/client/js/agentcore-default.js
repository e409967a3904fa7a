// The default room: the server adds every new connection to it, even if the user has left it on this client.

export class DefaultRoom {
  /** Its name; empty if there is none. */
  name = '';

  /** Whether the server still has the logs of the previous connection, as far as known. */
  isSameStore = false;

  #requests;
  #turns;
  #isOnline;
  #epoch; // of its log at the last welcome or reset
  #left = ''; // its name, if the user has left it
  #mustLeave = false;
  #joins = 0; // how many requests to rejoin it are pending

  /**
   * @param {object} parts
   * @param {import('./agentcore-requests.js').Requests} parts.requests
   * @param {import('./agentcore-turns.js').Turns} parts.turns
   * @param {() => boolean} parts.isOnline
   */
  constructor({ requests, turns, isOnline }) {
    this.#requests = requests;
    this.#turns = turns;
    this.#isOnline = isOnline;
  }

  /** Handles a `welcome`. Returns whether the client remains in the room. */
  welcomed({ rooms = [], epoch }) {
    [this.name = ''] = rooms;
    this.isSameStore = epoch !== undefined && this.#epoch === epoch;
    this.#epoch = epoch;
    this.#mustLeave = this.name !== '' && this.hasLeft(this.name);
    return this.name !== '' && !this.#mustLeave;
  }

  /** Notes that the connection has ended. */
  disconnected() {
    this.#mustLeave = false;
  }

  /** Returns whether a room is the default room, and the user has left it. */
  hasLeft(room) {
    return room === this.#left;
  }

  /** Notes that the client is in a room. */
  arrived(room) {
    if (!this.hasLeft(room)) return;
    this.#left = '';
    this.#mustLeave = false;
  }

  /** Notes that the user has left a room. */
  left(room) {
    if (room === this.name) this.#left = room;
  }

  /** Notes that the log of a room is another one. */
  reset({ room, epoch }) {
    if (room === this.name) this.#epoch = epoch;
  }

  /** Whether the client has to leave the room now. */
  get mayLeave() {
    return this.#mustLeave && this.#joins === 0;
  }

  /** Leaves the room again, in a turn of the pace. */
  leave() {
    this.#mustLeave = false;
    const reply = this.#requests.send('leave_room', { room: this.name });
    reply.catch((error) => {
      if (!error.retryable || !this.#isOnline() || !this.hasLeft(this.name)) return;
      this.#mustLeave = true;
      this.#turns.retry(error);
    });
    return reply;
  }

  /** Does not leave the room while a request to join it is pending. If that fails, the room counts as left. */
  holdLeaving(reply) {
    this.#joins++;
    const ended = () => {
      this.#joins--;
      this.#mustLeave = this.#isOnline() && this.#left !== '' && this.hasLeft(this.name);
      this.#turns.ask();
    };
    reply.then(ended, ended);
  }
}
