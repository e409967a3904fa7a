// A model of the server and the network, in one process and with simulated time. It answers as
// described in src/docs/protocol.md and fails in every way that the protocol permits.

import { Log } from './fake-log.mjs';

const RESPONSE = { list_rooms: 'rooms_list', get_room_users: 'room_users', ping: 'pong' };
const MAX_REFUSALS = 100;

export class FakeServer {
  connections = new Set();
  logs = new Map();
  stored = []; // all entries of all logs, in the order of storing
  sockets = [];
  closedForFlooding = false;
  mostRefusals = 0; // in a row
  defaultRoom = 'lobby';
  list = new Set(); // the rooms of the user
  joinedLate = new Set(); // rooms that a request of an earlier connection joined, after it was lost
  markers = new Map(); // room -> {epoch, seq}, up to which the user has read
  mostMarks = 0; // requests to mark as read within a second
  #marked = [];
  #time;
  #random;
  #epochs = 0;
  #bucket;

  /**
   * @param {object} faults the probability of each fault, see `schedules.mjs`
   * @param {import('./fake-time.mjs').FakeTime} time
   */
  constructor(time, random, faults) {
    this.#time = time;
    this.#random = random;
    this.faults = faults;
    this.#bucket = { tokens: faults.burst, at: 0, refusals: 0 };
    this.room('lobby');
  }

  chance(probability) {
    return this.#random() < probability;
  }

  pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  room(name) {
    if (!this.logs.has(name)) this.logs.set(name, new Log(name, `e${++this.#epochs}`, this.faults.keep));
    return this.logs.get(name);
  }

  // --- events that the client does not cause ---

  /** Another user sends a message. */
  say(name, text, more = {}) {
    const log = this.logs.get(name);
    if (log === undefined) return undefined;
    const entry = log.append({ type: 'chat_message', user_id: 'o/1', username: 'other', text, ...more });
    this.stored.push(entry);
    this.#toMembers(name, entry);
    return entry;
  }

  /** The log loses its newest entries or all of them, and its members get room_reset. */
  reset(name) {
    const log = this.logs.get(name);
    if (log === undefined) return;
    log.epoch = `e${++this.#epochs}`;
    log.seq = this.chance(0.5) ? 0 : Math.max(0, log.seq - 2);
    log.entries = [];
    log.byId.clear();
    this.#toMembers(name, { type: 'room_reset', room: name, seq: log.seq, epoch: log.epoch, reason: 'lost' });
  }

  /** Removes the room, unless somebody is in it. */
  remove(name) {
    const isUsed = [...this.connections].some((connection) => connection.places.has(name));
    if (name === this.defaultRoom || isUsed) return;
    this.logs.delete(name);
    this.list.delete(name);
  }

  /** The user joins or leaves a room on another device. */
  elsewhere(type, name) {
    if (!this.logs.has(name)) return;
    if (type === 'join_room') this.enlist(name);
    else this.delist(name);
  }

  /** The user reads a room on another device. */
  readElsewhere(name) {
    const log = this.logs.get(name);
    if (log !== undefined) this.mark(name, Math.floor(this.#random() * (log.seq + 1)));
  }

  enlist(name, self) {
    if (name === this.defaultRoom || this.list.has(name)) return;
    this.list.add(name);
    if (self !== undefined && self.socket !== this.sockets.at(-1)) this.joinedLate.add(name);
    this.#toDevices({ type: 'my_room_joined', room: name }, self);
  }

  delist(name, self) {
    if (this.list.delete(name)) this.#toDevices({ type: 'my_room_left', room: name }, self);
  }

  /** Moves the read marker of the user. Returns the frame that tells it. */
  mark(name, seq, self) {
    const log = this.logs.get(name);
    const before = this.marker(log);
    const marker = { epoch: log.epoch, seq: Math.max(before, Math.min(seq, log.seq)) };
    this.markers.set(name, marker);
    const frame = { type: 'read_marker', room: name, ...marker };
    if (marker.seq > before) this.#toDevices(frame, self);
    return frame;
  }

  /** Notes that the client sends a request. */
  sent({ type }) {
    if (type !== 'mark_read') return;
    this.#marked = [...this.#marked.filter((at) => at > this.#time.now - 1_000), this.#time.now];
    this.mostMarks = Math.max(this.mostMarks, this.#marked.length);
  }

  marker(log) {
    const { epoch, seq = 0 } = this.markers.get(log.name) ?? {};
    return epoch === log.epoch ? seq : 0;
  }

  /** Returns the row of a room in `my_rooms`. */
  row(name) {
    const log = this.logs.get(name);
    const marker = this.marker(log);
    const unread = log.entries.filter(({ seq, username }) => seq > marker && username !== 'alice');
    const mentions = unread.filter(({ text }) => text.startsWith('@alice '));
    return { name, seq: log.seq, epoch: log.epoch, unread: unread.length, mentions: mentions.length, read_seq: marker };
  }

  #toDevices(frame, self) {
    if (this.faults.isOld) return;
    for (const connection of this.connections) if (connection !== self) connection.tell(frame);
  }

  /** The room's creator removes the client from the room; the notification may be lost. */
  expel(name, isNotified = true) {
    for (const connection of this.connections) {
      if (name === this.defaultRoom || !connection.places.delete(name)) continue;
      this.list.delete(name);
      if (!isNotified) continue;
      connection.tell({ type: 'user_removed', room: name, user_id: connection.channel, username: 'alice' });
    }
  }

  #toMembers(name, frame) {
    for (const connection of this.connections) if (connection.places.has(name)) connection.tell(frame);
  }

  // --- connections ---

  open(socket, url) {
    this.sockets.push(socket);
    const fault = this.faults;
    if (this.chance(fault.hangingConnect)) return; // the server never answers
    if (this.chance(fault.refusedConnect)) {
      const code = this.pick([1006, 1006, 1013, 4409, 1012]);
      this.#time.later(() => socket.end(code), this.delay());
      return;
    }
    new Connection(this, socket, new URL(url), this.#time, this.#random);
  }

  delay() {
    return this.#random() < 0.1 ? this.#random() * 400 : this.#random() * 40;
  }

  /**
   * Takes a token from the user's rate limit; if there is none, returns the seconds until the next
   * one.
   */
  takeToken() {
    const { perSecond, burst } = this.faults;
    const bucket = this.#bucket;
    bucket.tokens = Math.min(burst, bucket.tokens + ((this.#time.now - bucket.at) / 1000) * perSecond);
    bucket.at = this.#time.now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      bucket.refusals = 0;
      return 0;
    }
    bucket.refusals++;
    this.mostRefusals = Math.max(this.mostRefusals, bucket.refusals);
    if (bucket.refusals >= MAX_REFUSALS) this.closedForFlooding = true;
    return (1 - bucket.tokens) / perSecond;
  }

  /**
   * Ends all connections: with a close code, by a cut that both ends notice, or by a silence that
   * neither end notices.
   */
  cut(how, code) {
    for (const connection of [...this.connections]) connection.cut(how, code);
  }
}

/** The server's end of a WebSocket, and the network in between. */
class Connection {
  static #count = 0;
  places = new Map(); // room -> the seq at which it was joined
  channel = `a/${++Connection.#count}`;
  #server;
  #socket;
  #time;
  #random;
  #toClient = 0; // arrival time of the last frame
  #toServer = 0;
  #isAlive = true;
  #isSilent = false;
  #isCut = false;
  #requests = Promise.resolve();

  constructor(server, socket, url, time, random) {
    this.socket = socket;
    this.#server = server;
    this.#socket = socket;
    this.#time = time;
    this.#random = random;
    socket.transmit = (text) => this.#transmit(text);
    socket.hangUp = () => this.#time.later(() => this.#gone(), this.#server.delay());
    this.#time.later(() => this.#greet(url), server.delay());
  }

  #greet(url) {
    if (!this.#isAlive || this.#socket.readyState > 1) return;
    this.#server.connections.add(this);
    this.#socket.readyState = 1;
    const name = this.#server.defaultRoom;
    const welcome = { type: 'welcome', user_id: this.channel, username: 'alice', rooms: name === '' ? [] : [name] };
    if (name === '') return this.tell(welcome);
    const query = url.searchParams;
    const seen = query.has('since') ? { epoch: query.get('epoch'), since: Number(query.get('since')) } : undefined;
    this.#enter(name, seen, (place) => this.tell({ ...welcome, ...place }));
  }

  #enter(name, seen, told) {
    const log = this.#server.room(name);
    this.places.set(name, log.seq);
    const isWhole = seen !== undefined && log.continues(seen);
    told({ seq: log.seq, epoch: log.epoch, ...(seen === undefined ? {} : { recovered: isWhole }) });
    if (isWhole) log.entries.filter(({ seq }) => seq > seen.since).forEach((entry) => this.tell(entry));
  }

  /** Sends a frame to the client. */
  tell(frame) {
    if (!this.#isAlive) return;
    this.#toClient = Math.max(this.#toClient, this.#time.now + this.#server.delay());
    const text = JSON.stringify(frame);
    this.#time.later(() => this.#isAlive && !this.#isSilent && this.#socket.receive(text), this.#toClient - this.#time.now);
  }

  #transmit(text) {
    this.#server.sent(JSON.parse(text));
    if (this.#isSilent) return;
    this.#toServer = Math.max(this.#toServer, this.#time.now + this.#server.delay());
    this.#time.later(() => this.#isAlive && this.#take(JSON.parse(text)), this.#toServer - this.#time.now);
  }

  /** Handles requests one after the other. */
  #take(request) {
    this.#requests = this.#requests.then(async () => {
      const isStuck = this.#server.chance(this.#server.faults.stuck);
      await new Promise((go) => this.#time.later(go, isStuck ? 12_000 * this.#random() : 2 * this.#random()));
      if (this.#isAlive) this.#handle(request);
    });
  }

  cut(how, code) {
    if (how === 'silence') this.#isSilent = true;
    if (how === 'silence') return;
    this.#isCut = true;
    this.#socket.end(code, this.#server.delay());
    this.#time.later(() => this.#gone(), how === 'late' ? 3_000 * this.#random() : 0);
  }

  /** The server may notice the end late; until then it handles requests already on their way. */
  #gone() {
    this.#isAlive = false;
    this.#server.connections.delete(this);
  }

  // --- requests ---

  #handle({ type, data = {}, id }) {
    const reply = (frame) => this.tell({ ...frame, id });
    const fail = (code, retryable = false, more = {}) =>
      reply({ type: 'error', message: code, message_type: type, error_code: code, retryable, ...more });
    if (type === 'ping') return reply({ type: 'pong' });
    if (type.startsWith('typing')) return undefined;
    const wait = this.#server.takeToken();
    if (this.#server.closedForFlooding) return this.cut('cut', 1008);
    if (wait > 0) return fail('RATE_LIMIT_EXCEEDED', true, { retry_after: wait });
    const room = data.room ?? data.room_name;
    const away = () => fail('BACKEND_UNAVAILABLE', true);
    const isAway = this.#server.chance(this.#server.faults.away);
    if (type === 'join_room') return this.#join(room, data, { reply, fail, away, isAway });
    if (type === 'create_room') return this.#create(room, { reply, fail, away, isAway });
    if (type === 'leave_room') return this.#leave(room, { reply, fail, away, isAway });
    if (type === 'chat_message') return this.#say(room, data.text, id, { reply, fail, away, isAway });
    const isNew = ['my_rooms', 'join_rooms', 'mark_read'].includes(type);
    if (isNew && this.#server.faults.isOld) return fail('UNKNOWN_MESSAGE_TYPE');
    if (type === 'join_rooms') return this.#joinAll(data, { reply, away, isAway });
    if (isAway) return away();
    if (type === 'my_rooms') return reply({ type, rooms: this.#rooms(), conversations: [], invitations: [] });
    if (type === 'mark_read') return this.places.has(room) ? reply(this.#server.mark(room, data.seq, this)) : fail('NOT_IN_ROOM');
    if (type === 'get_message_history' && !this.places.has(room)) return fail('NOT_IN_ROOM');
    return reply({ type: RESPONSE[type] ?? 'message_history', room, messages: [], rooms: [], users: [] });
  }

  #rooms() {
    const names = new Set([...this.#server.list, this.#server.defaultRoom]);
    return [...names].filter((name) => this.#server.logs.has(name)).sort().map((name) => this.#server.row(name));
  }

  /** Joins several rooms. Each may fail on its own, or the connection may end in between. */
  #joinAll({ rooms }, { reply, away, isAway }) {
    if (isAway && this.#server.chance(0.3)) return away();
    const failed = [];
    for (const { room, ...data } of rooms) {
      const fail = (code) => failed.push({ room, error_code: code, message: code });
      const parts = { reply, fail, away: () => fail('BACKEND_UNAVAILABLE') };
      this.#join(room, data, { ...parts, isAway: this.#server.chance(this.#server.faults.away) });
      if (!this.#isAlive || this.#isCut) return undefined;
    }
    const joined = rooms.map(({ room }) => room).filter((room) => this.places.has(room));
    return reply({ type: 'rooms_joined', rooms: joined, failed });
  }

  #join(room, data, { reply, fail, away, isAway }) {
    const seen = data.since === undefined ? undefined : data;
    const log = this.#server.logs.get(room);
    if (this.places.has(room)) {
      if (isAway) return away();
      const recovered = seen && seen.epoch === log.epoch && seen.since >= this.places.get(room);
      reply({ type: 'room_joined', room, seq: log.seq, epoch: log.epoch, ...(seen ? { recovered } : {}) });
      return reply({ type: 'room_info', room });
    }
    if (log === undefined) return fail('ROOM_NOT_FOUND');
    if (this.#server.chance(this.#server.faults.refusedJoin)) return fail('INTERNAL_ERROR');
    if (isAway && this.#server.chance(0.5)) return away();
    if (isAway) { // it has joined, but the missed messages cannot be read
      this.places.set(room, log.seq);
      this.#server.enlist(room, this);
      away();
      return this.cut('cut', 1013);
    }
    this.#server.enlist(room, this);
    return this.#enter(room, seen, (place) => {
      reply({ type: 'room_joined', room, ...place });
      reply({ type: 'room_info', room });
    });
  }

  #create(room, { reply, fail, away, isAway }) {
    if (isAway) return away();
    if (this.#server.logs.has(room)) return fail('ROOM_EXISTS');
    this.#server.room(room);
    this.#server.enlist(room, this);
    return this.#enter(room, undefined, (place) => {
      reply({ type: 'room_created', room });
      reply({ type: 'room_joined', room, ...place });
      reply({ type: 'room_info', room });
    });
  }

  #leave(room, { reply, fail, away, isAway }) {
    if (isAway && this.#server.chance(0.5)) return away();
    this.#server.delist(room, this);
    if (!this.places.delete(room)) return fail('NOT_IN_ROOM');
    return isAway ? away() : reply({ type: 'room_left', room });
  }

  /** A refused message may be stored all the same. */
  #say(room, text, id, { reply, fail, away, isAway }) {
    if (!this.places.has(room)) return fail('NOT_IN_ROOM');
    if (isAway && this.#server.chance(0.5)) return away();
    const log = this.#server.logs.get(room);
    const known = log.byId.get(id);
    if (known !== undefined && known.text !== text) return fail('VALIDATION_FAILED');
    const entry = known ?? this.#server.say(room, text, { user_id: this.channel, username: 'alice' });
    log.byId.set(id, entry);
    if (isAway) return away();
    const { seq, epoch, message_id: messageId } = entry;
    return reply({ type: 'ack', room, seq, epoch, message_id: messageId, duplicate: known !== undefined });
  }
}
