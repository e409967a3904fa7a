// Checks an application's guarantees from the events it receives: every message of its rooms
// exactly once and in order, and none missing without `gap`.

export class Witness {
  problems = [];
  gaps = 0;
  lost = 0;
  #places = new Map(); // room -> {epoch, seq, mayMiss}
  #received = new Set();
  #counted = new Map(); // room -> the first position in `my_rooms`; the client enters the room from this or a later one

  constructor(client) {
    client.on('welcome', (frame) => frame.rooms.forEach((room) => client.rooms().includes(room) && this.#enter(room, frame)));
    client.on('my_rooms', ({ rooms }) => {
      const rows = rooms.map((row) => [row.name, this.#counted.get(row.name) ?? row]);
      const joining = client.rooms(); // perhaps a room that is no longer in the list
      const former = [...this.#counted].filter(([name]) => joining.includes(name));
      this.#counted = new Map([...rows, ...former].filter(([name]) => !this.#places.has(name)));
    });
    client.on('room_joined', (frame) => {
      const counted = frame.recovered ? this.#counted.get(frame.room) : undefined;
      this.#enter(frame.room, counted ?? frame, counted !== undefined);
      this.#counted.delete(frame.room);
    });
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
    client.on('chat_message', (message) => this.#receive(message));
  }

  #enter(room, { seq, epoch }, mayMiss = false) {
    if (!this.#places.has(room)) this.#places.set(room, { seq, epoch, mayMiss });
  }

  #receive({ room, seq, epoch, message_id: id }) {
    if (this.#received.has(id)) this.problems.push(`received twice: ${room} ${id}`);
    this.#received.add(id);
    const place = this.#places.get(room);
    if (place === undefined) return this.problems.push(`received from a room that was not joined: ${room} ${id}`);
    const isNext = epoch === place.epoch && seq === place.seq + 1;
    const isLater = epoch !== place.epoch || seq > place.seq;
    if (!isNext && !(place.mayMiss && isLater)) {
      this.problems.push(`missing without gap: before ${room} ${id}, after ${place.epoch}-${place.seq}`);
    }
    return this.#places.set(room, { seq, epoch, mayMiss: false });
  }

  /** Whether all messages of a room were received, up to the end of its log. */
  hasAll(room, { seq, epoch }) {
    const place = this.#places.get(room);
    return place !== undefined && (place.mayMiss || (place.seq === seq && place.epoch === epoch));
  }

  /** Checks that all messages of a room were received. */
  expectAll(room, top) {
    if (this.hasAll(room, top)) return;
    const { epoch = '', seq = '' } = this.#places.get(room) ?? {};
    this.problems.push(`not received in ${room}: ${top.epoch}-${top.seq}, only up to ${epoch}-${seq}`);
  }
}
