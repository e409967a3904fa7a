// The number of unread entries in a log, or of one person's entries in the user's log.

const KEPT = 1_000;

/**
 * Counts the entries that others wrote after the read marker. The server counts them up to a position, the base; the
 * client receives the later ones and counts them itself.
 */
export class Tally {
  /** Whether the server has counted this log, and nothing has happened since that only the server can count. */
  isCounted = false;

  #epoch = '';
  #base = 0;
  #unread = 0; // up to the base
  #mentions = 0;
  #counted = 0; // the read marker of these two numbers
  #marker = 0; // the read marker
  #confirmed = 0; // the newest read marker that the server has sent since the last count
  #later = []; // the entries after the base and after the marker: {seq, isMention}
  #unstored = 0; // messages that are in no log, so that no marker reaches them

  /** Identifies the log that is counted; empty if it is not known yet. */
  get epoch() {
    return this.#epoch;
  }

  /** The seq up to which the user has read; 0 if nothing was ever read in this log. */
  get marker() {
    return this.#marker;
  }

  get unread() {
    return this.#unread + this.#later.length + this.#unstored;
  }

  get mentions() {
    return this.#mentions + this.#later.filter(({ isMention }) => isMention).length;
  }

  /** Returns whether a frame belongs to the log that is counted. */
  isOf({ epoch }) {
    return this.#epoch === '' || this.#epoch === epoch;
  }

  /**
   * Takes over a count of the server. Returns whether the numbers are exact; they are not if the server has sent a newer
   * read marker while it counted. A marker that the server has not confirmed yet needs no other count: its reply comes.
   *
   * @param {{epoch: string, seq: number, unread?: number, mentions?: number, read_seq?: number}} count
   */
  count({ epoch, seq, unread = 0, mentions = 0, read_seq: marker = 0 }) {
    if (!this.isOf({ epoch })) {
      this.#later = [];
      this.#marker = this.#confirmed = 0;
    }
    this.#epoch = epoch;
    this.#base = seq;
    this.#unread = unread;
    this.#mentions = mentions;
    this.#counted = marker;
    this.#marker = Math.max(this.#marker, marker);
    this.#later = this.#later.filter((entry) => entry.seq > seq);
    const isExact = this.read(this.#marker) || this.#confirmed <= marker;
    this.#confirmed = 0;
    return isExact;
  }

  /** Adds an entry that another user wrote, unless the count contains it. */
  add({ epoch, seq }, isMention) {
    if (seq === undefined) {
      this.#unstored++;
      return;
    }
    if (this.#epoch !== epoch) this.begin({ epoch, seq: seq - 1 });
    if (seq <= Math.max(this.#base, this.#marker)) return;
    this.#later.push({ seq, isMention });
    if (this.#later.length > KEPT) this.#forgetOldest();
  }

  /** Begins to count in another log. What was unread in the former one stays until the server has counted. */
  begin({ epoch, seq }) {
    this.count({ epoch, seq, unread: this.#unread + this.#later.length, mentions: this.mentions });
  }

  /** Makes the oldest entry a part of the count. */
  #forgetOldest() {
    const { seq, isMention } = this.#later.shift();
    this.#base = seq;
    this.#unread++;
    if (isMention) this.#mentions++;
  }

  /** Notes that the user has seen all messages that are in no log. */
  see() {
    this.#unstored = 0;
  }

  /** Moves the read marker. Returns whether the numbers are exact; if not, the server has to count again. */
  read(seq) {
    this.#marker = Math.max(this.#marker, seq);
    this.#later = this.#later.filter((entry) => entry.seq > seq);
    if (seq >= this.#base) this.#unread = this.#mentions = 0;
    return this.#unread === 0 || seq <= this.#counted;
  }

  /** The same for a read marker that the server has sent. */
  confirm(seq) {
    this.#confirmed = Math.max(this.#confirmed, seq);
    return this.read(seq);
  }

  /** Notes that the server did not take the last read marker. The next count decides. */
  distrust() {
    this.#marker = this.#counted;
  }
}
