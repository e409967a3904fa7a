// A room as its client knows it.

export class Room {
  /** The last `room_info`. */
  info = null;

  /** Whether the present connection is in this room, as far as the server has said. */
  isIn = false;

  /** Whether that is doubtful: a request to leave failed half way. */
  isDoubtful = false;

  /** The reply to the `join_room` that is on its way, or null. A later request to leave outdates it. */
  joining = null;

  /** How often the way back has failed on this connection. */
  failures = 0;

  /**
   * @param {string} name
   * @param {import('./agentcore-place.js').Place} place how far it was read
   * @param {import('./agentcore-outbox.js').Outbox} outbox what was not sent yet
   */
  constructor(name, place, outbox) {
    this.name = name;
    this.place = place;
    this.outbox = outbox;
  }

  /** Whether the client has to ask for the way into this room, and does not yet. */
  get needsJoin() {
    return (!this.isIn || this.isDoubtful) && this.joining === null;
  }

  /** Notes that the connection is in the room. Returns whether messages may be missing. */
  arrive(frame) {
    const mayMiss = this.place.arrive(frame, this.isIn);
    this.isIn = true;
    this.isDoubtful = false;
    this.failures = 0;
    this.outbox.open();
    return mayMiss;
  }

  /** Notes that the connection is not in the room; what is not sent waits. */
  exit() {
    this.isIn = false;
    this.isDoubtful = false;
    this.outbox.hold();
  }

  /** Notes that the connection is gone. */
  disconnect() {
    this.exit();
    this.joining = null;
    this.failures = 0;
  }
}
