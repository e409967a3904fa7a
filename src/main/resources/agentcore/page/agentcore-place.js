// A place in a room's log: how far a client has read.

export class Place {
  #epoch = '';
  #seq = 0;
  #messageId;

  /** @param {{epoch?: string, since?: number, message_id?: string}} [seen] the last message that was seen */
  constructor({ epoch = '', since = 0, message_id: messageId } = {}) {
    this.#epoch = epoch;
    this.#seq = since;
    this.#messageId = messageId;
  }

  /** What a server needs to know of the last message that was seen; nothing if the room is new. */
  get lastSeen() {
    if (this.#epoch === '') return {};
    const seen = { epoch: this.#epoch, since: this.#seq };
    return this.#messageId === undefined ? seen : { ...seen, message_id: this.#messageId };
  }

  /** Goes to a place. */
  go({ epoch = '', seq = 0, message_id: messageId }) {
    this.#epoch = epoch;
    this.#seq = seq;
    this.#messageId = messageId;
  }

  /**
   * Notes that the connection is in the room, by `welcome` or `room_joined`. Returns whether messages may be missing.
   *
   * @param {boolean} wasIn whether it was in already, so that everything up to the frame's place has arrived
   */
  arrive(frame, wasIn) {
    const isNew = this.#epoch === '';
    const isSameLog = this.#epoch === frame.epoch;
    if (isSameLog && frame.recovered === true) return false; // what was missed follows
    const isHere = isSameLog && this.#seq === frame.seq && (wasIn || frame.recovered !== false);
    if (!isHere) this.go(frame);
    return !isNew && !isHere;
  }

  /** Judges a message by its place, and goes there: 'known' (heard before), 'next', or behind a 'hole'. */
  read(message) {
    const isSameLog = this.#epoch === message.epoch;
    if (isSameLog && message.seq <= this.#seq) return 'known';
    const isNext = this.#epoch === '' || (isSameLog && message.seq === this.#seq + 1);
    this.go(message);
    return isNext ? 'next' : 'hole';
  }
}
