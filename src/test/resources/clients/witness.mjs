// What an application may rely on, checked from what it hears: every message of its rooms once, in order, and none
// missing without `gap`.

export class Witness {
  problems = [];
  gaps = 0;
  lost = 0;
  #places = new Map(); // room -> {epoch, seq, mayMiss}
  #heard = new Set();

  constructor(client) {
    client.on('welcome', (frame) => frame.rooms.forEach((room) => client.rooms().includes(room) && this.#enter(room, frame)));
    client.on('room_joined', (frame) => this.#enter(frame.room, frame));
    client.on('room_left', ({ room }) => this.#places.delete(room));
    client.on('room_lost', ({ room, reason }) => {
      this.lost++;
      if (reason === 'removed') this.#places.delete(room);
    });
    client.on('gap', ({ room }) => {
      this.gaps++;
      const place = this.#places.get(room);
      if (place !== undefined) place.mayMiss = true;
    });
    client.on('chat_message', (message) => this.#hear(message));
  }

  #enter(room, { seq, epoch }) {
    if (!this.#places.has(room)) this.#places.set(room, { seq, epoch, mayMiss: false });
  }

  #hear({ room, seq, epoch, message_id: id }) {
    if (this.#heard.has(id)) this.problems.push(`heard twice: ${room} ${id}`);
    this.#heard.add(id);
    const place = this.#places.get(room);
    if (place === undefined) return this.problems.push(`heard from a room that it is not in: ${room} ${id}`);
    const isNext = epoch === place.epoch && seq === place.seq + 1;
    const isLater = epoch !== place.epoch || seq > place.seq;
    if (!isNext && !(place.mayMiss && isLater)) {
      this.problems.push(`missed without a word: ${room} ${id} behind ${place.epoch}-${place.seq}`);
    }
    return this.#places.set(room, { seq, epoch, mayMiss: false });
  }

  /** Whether nothing of a room is still to come, up to the newest place of its log. */
  hasAll(room, { seq, epoch }) {
    const place = this.#places.get(room);
    return place !== undefined && (place.mayMiss || (place.seq === seq && place.epoch === epoch));
  }

  /** Checks that nothing of a room is still to come. */
  expectAll(room, top) {
    if (this.hasAll(room, top)) return;
    const { epoch = '', seq = '' } = this.#places.get(room) ?? {};
    this.problems.push(`not heard in ${room}: ${top.epoch}-${top.seq}, only up to ${epoch}-${seq}`);
  }
}
