// The log of a room in the model server.

/** The log of one room; it may lose entries or start over. */
export class Log {
  constructor(name, epoch, keep) {
    Object.assign(this, { name, epoch, keep, seq: 0, entries: [], byId: new Map() });
  }

  append(entry) {
    const stored = { ...entry, room: this.name, seq: ++this.seq, epoch: this.epoch, message_id: `${this.epoch}-${this.seq}` };
    this.entries.push(stored);
    if (this.entries.length > this.keep) this.entries.shift();
    return stored;
  }

  get oldest() {
    return this.entries.length > 0 ? this.entries[0].seq : this.seq + 1;
  }

  continues({ epoch, since }) {
    return epoch === this.epoch && since <= this.seq && since >= this.oldest - 1;
  }
}
