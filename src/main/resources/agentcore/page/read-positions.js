// Up to where the user has read each conversation, which decides where the line above the new messages is.

export class ReadPositions {
  #seqs = new Map(); // key of a conversation -> seq
  #isFirstList = false;

  /** Notes that the connection is new. */
  welcomed() {
    this.#isFirstList = true;
  }

  /** Returns the seq up to which a conversation is read; 0 if none is known. */
  of({ key }) {
    return this.#seqs.get(key) ?? 0;
  }

  /**
   * Takes over a `my_rooms`. The first one of a connection tells what arrived while the user was away.
   *
   * @param {object} list
   * @param {(key: string) => import('./conversation.js').Conversation | undefined} find
   */
  listed({ rooms = [], conversations = [] }, find) {
    const rows = [...rooms.map((row) => [`room ${row.name}`, row]), ...conversations.map((row) => [`private ${row.username}`, row])];
    for (const [key, { read_seq: seq = 0, unread }] of rows) {
      this.#seqs.set(key, seq);
      const conversation = find(key);
      if (this.#isFirstList && unread > 0 && conversation !== undefined) conversation.newAfter = seq;
    }
    this.#isFirstList = false;
  }

  /** Takes over a `read_marker`, or a marker that this page sets. */
  marked({ key }, seq) {
    this.#seqs.set(key, seq);
  }

  /** Changes the numbers of a conversation. Those that the user does not see as they arrive are new. */
  count(conversation, numbers, isSeen) {
    const wasRead = conversation.unread === 0;
    Object.assign(conversation, numbers);
    if (wasRead && numbers.unread > 0 && !isSeen) conversation.newAfter = Math.max(this.of(conversation), conversation.newestSeq);
  }
}
