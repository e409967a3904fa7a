// The position of the last message that a client has seen in a log.

export class Position {
  /** Whether the application has seen messages up to this position; otherwise it begins here. */
  isSeen;

  #epoch = '';
  #seq = 0;
  #messageId;

  /**
   * @param {{epoch?: string, since?: number, message_id?: string}} [seen] the last message seen
   * @param {boolean} [isSeen] false if the application has seen no message, so that none can be missing on arrival
   */
  constructor({ epoch = '', since = 0, message_id: messageId } = {}, isSeen = true) {
    this.#epoch = epoch;
    this.#seq = since;
    this.#messageId = messageId;
    this.isSeen = isSeen;
  }

  get seq() {
    return this.#seq;
  }

  /** The fields with which a request resumes; empty if the room is new. */
  get lastSeen() {
    if (this.#epoch === '') return {};
    const seen = { epoch: this.#epoch, since: this.#seq };
    return this.#messageId === undefined ? seen : { ...seen, message_id: this.#messageId };
  }

  /** Moves to the position of a frame. */
  go({ epoch = '', seq = 0, message_id: messageId }) {
    this.#epoch = epoch;
    this.#seq = seq;
    this.#messageId = messageId;
  }

  /**
   * Notes that the connection is in the room, by `welcome` or `room_joined`. Returns whether messages may be missing.
   *
   * @param {boolean} wasIn whether the connection was already in, so that all messages up to the frame have arrived
   */
  arrive(frame, wasIn) {
    const isNew = this.#epoch === '' || !this.isSeen;
    this.isSeen = true;
    const isSameLog = this.#epoch === frame.epoch;
    if (isSameLog && frame.recovered === true) return false; // the missed messages follow
    const isHere = isSameLog && this.#seq === frame.seq && (wasIn || frame.recovered !== false);
    if (!isHere) this.go(frame);
    return !isNew && !isHere;
  }

  /** Moves to the position of a message. Returns 'known' (seen before), 'next', or 'hole' if messages are missing. */
  read(message) {
    const isSameLog = this.#epoch === message.epoch;
    if (isSameLog && message.seq <= this.#seq) return 'known';
    const isNext = this.#epoch === '' || (isSameLog && message.seq === this.#seq + 1);
    this.go(message);
    return isNext ? 'next' : 'hole';
  }
}
