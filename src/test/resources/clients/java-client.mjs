// Stands for `agentcore-client.js` in tests of the Java client: it drives a client in the test's JVM, which started this
// process. Calls and effects are lines of JSON on the standard streams, each answered before the next one; the timers, the
// clock and the WebSockets are those of this process. The tests' own lines go to the standard error.
import { readSync, writeSync } from 'node:fs';
import { ChatError } from './agentcore-error.js';

console.log = console.error;

const timers = new Map();
const sockets = new Map();
const listeners = new Map();
const promises = new Map();
const clients = new Map(); // id -> the options
const buffer = Buffer.alloc(1 << 16);
let received = '';
let nextListener = 0;

function write(message) {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
}

function read() {
  let end = received.indexOf('\n');
  while (end < 0) {
    const length = readSync(0, buffer);
    if (length === 0) process.exit(1);
    received += buffer.toString('utf8', 0, length);
    end = received.indexOf('\n');
  }
  const line = received.slice(0, end);
  received = received.slice(end + 1);
  return JSON.parse(line);
}

function call(op, parts = {}) {
  write({ op, now: performance.now(), ...parts });
  for (;;) {
    const message = read();
    if ('result' in message) return message.result;
    write({ result: effects[message.effect](message) ?? null });
  }
}

function promise(id) {
  if (!promises.has(id)) {
    const entry = {};
    entry.promise = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
    promises.set(id, entry);
  }
  return promises.get(id);
}

const effects = {
  timer: ({ id, millis }) => {
    timers.set(id, setTimeout(() => timers.delete(id) && call('timer', { id }), millis));
  },
  clear: ({ id }) => {
    clearTimeout(timers.get(id));
    timers.delete(id);
  },
  open: ({ id, url, protocols }) => {
    let socket;
    try {
      socket = new WebSocket(url, protocols);
    } catch (error) {
      return error.message;
    }
    sockets.set(id, socket);
    socket.onmessage = ({ data }) => call('text', { id, data });
    socket.onclose = ({ code, reason }) => call('closed', { id, code, reason });
    return null;
  },
  send: ({ id, text }) => {
    const socket = sockets.get(id);
    if (socket.readyState !== 1) return false;
    socket.send(text);
    return true;
  },
  close: ({ id, code }) => {
    const socket = sockets.get(id);
    socket.onmessage = socket.onclose = null;
    socket.close(code);
  },
  emit: ({ id, event }) => {
    try {
      listeners.get(id)(event);
      return null;
    } catch (error) {
      return error.message;
    }
  },
  report: ({ client, text }) => clients.get(client).report?.(new Error(text)),
  settle: ({ id, value, error }) => {
    if (error === undefined) promise(id).resolve(value);
    else promise(id).reject(new ChatError(error.code, error.message, error));
  },
  token: ({ client, request }) => {
    const answer = new Promise((go) => go(clients.get(client).token()));
    answer.then((value) => call('token', { request, value }), ({ message }) => call('token', { request, message }));
  },
};

export class AgentCoreClient {
  constructor(options) {
    const { url, user, token, rooms = [], times = {} } = options;
    const how = typeof token === 'function' ? { isTokenFunction: true } : { token };
    const seed = Math.floor(Math.random() * 2 ** 32);
    const { client, error } = call('create', { url, user, ...how, rooms, times, seed });
    if (error !== undefined) throw new ChatError(error.code, error.message);
    this.client = client;
    clients.set(client, options);
  }

  get state() {
    return this.#call('state');
  }

  on(type, listener) {
    const id = ++nextListener;
    listeners.set(id, listener);
    this.#call('on', { type, id });
    return () => this.#call('off', { id });
  }

  connect() {
    return this.#ask('connect');
  }

  request(type, data = {}) {
    return this.#ask('request', { type, data });
  }

  send(room, text, { id = null } = {}) {
    return this.#ask('send', { room, text, id });
  }

  sendPrivate(user, text, { id = null } = {}) {
    return this.#ask('sendPrivate', { user, text, id });
  }

  join = (room, seen = {}) => this.#ask('join', { room, ...seen });
  create = (room, isPublic = true) => this.#ask('createRoom', { room, isPublic });
  leave = (room) => this.#ask('leave', { room });
  history = (room, options = {}) => this.request('get_message_history', { room, limit: 50, ...options });
  users = (room) => this.request('get_room_users', { room });
  listRooms = () => this.request('list_rooms');
  myRooms = () => this.request('my_rooms');
  hurry = () => this.#call('hurry');
  close = () => this.#call('close');
  rooms = () => this.#call('rooms');
  unread = (room) => this.#call('unread', { room });
  unreadFrom = (user) => this.#call('unreadFrom', { user });
  markRead = (room, seq) => this.#call('markRead', { room, seq });
  markPrivateRead = (user, seq) => this.#call('markPrivateRead', { user, seq });

  #ask(op, parts) {
    return promise(this.#call(op, parts)).promise;
  }

  #call(op, parts = {}) {
    return call(op, { client: this.client, ...parts });
  }
}
