// The client's state of one room.

export class Room {
  /** The last `room_info`. */
  info = null;

  /** Whether the current connection is in this room, according to the server's frames. */
  isIn = false;

  /** Whether `isIn` is uncertain, because a request to leave failed. */
  isDoubtful = false;

  /** Whether the server keeps this room in the user's list. */
  isKept = false;

  /** Whether the client enters this room only because it is in the list, and was not in it yet. */
  isFollowed = false;

  /** Whether the user has left this room on another device, and this client has to leave it. */
  isUnwanted = false;

  /** The reply to the pending request to join, or null. A later request to leave resets it. */
  joining = null;

  /** How often rejoining has failed on this connection. */
  failures = 0;

  /**
   * @param {string} name
   * @param {import('./agentcore-position.js').Position} position the position of the last message seen
   * @param {import('./agentcore-outbox.js').Outbox} outbox the unacknowledged messages
   */
  constructor(name, position, outbox) {
    this.name = name;
    this.position = position;
    this.outbox = outbox;
  }

  /** Whether the client has to join this room, and no request to join is pending. */
  get needsJoin() {
    return (!this.isIn || this.isDoubtful) && this.joining === null;
  }

  /** Notes that the connection is in the room. Returns whether messages may be missing. */
  arrive(frame) {
    const mayMiss = this.position.arrive(frame, this.isIn);
    this.isIn = true;
    this.isDoubtful = false;
    this.isFollowed = false;
    this.failures = 0;
    this.outbox.open();
    return mayMiss;
  }

  /** Notes that the connection is not in the room. Unsent messages wait. */
  exit() {
    this.isIn = false;
    this.isDoubtful = false;
    this.isUnwanted = false;
    this.outbox.hold();
  }

  /** Notes that the connection has ended. */
  disconnect() {
    this.exit();
    this.joining = null;
    this.failures = 0;
  }
}
