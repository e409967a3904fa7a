// Checks every row of the state tables in client.md.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FakeTime } from './fake-time.mjs';

const page = readFileSync(process.argv[2], 'utf8');
const time = new FakeTime();
const { AgentCoreClient } = await import('./agentcore-client.js');
const times = { connect: 1_000, silence: 2_000, answer: 1_000, firstBackOff: 300 };
process.on('unhandledRejection', (error) => assert.fail(error));

/** A socket controlled by the test. */
class Socket {
  static all = [];
  static isForbidden = false;
  readyState = 1;
  sent = [];

  constructor(url) {
    if (Socket.isForbidden) throw new Error('a forbidden address');
    this.url = url;
    Socket.all.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  receive(frame) {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
    return time.settle();
  }

  end(code) {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' });
    return time.settle();
  }
}

const PLACE = { seq: 5, epoch: 'a' };
const last = () => Socket.all.at(-1);
const answer = (frame) => last().receive({ room: 'den', ...frame });

async function welcome(world) {
  await last().receive({ type: 'welcome', user_id: 'a/1', username: 'alice', rooms: ['lobby'], ...PLACE });
  await answerList(world);
}

/** Answers the requests for the list of the user's rooms. */
async function answerList({ isOld, list }) {
  const answered = (last().answered ??= new Set());
  for (const { type, id } of last().sent) {
    if (type !== 'my_rooms' || answered.has(id)) continue;
    answered.add(id);
    if (isOld) await last().receive({ type: 'error', error_code: 'UNKNOWN_MESSAGE_TYPE', message: 'Unknown', id });
    else await last().receive({ type: 'my_rooms', rooms: list.map((name) => ({ name, ...PLACE, unread: 0, mentions: 0 })), id });
  }
}

const isRequestFor = (kind) => ({ type }) => type === kind || type === `${kind}s`;

/** Answers the last request of this type, or to join several rooms. */
function reply(kind, frame) {
  const { id } = last().sent.findLast(isRequestFor(kind));
  return answer({ ...frame, id });
}

/** Refuses a request, or one of the rooms to join. */
function refuse(kind, code, more = {}) {
  const { type } = last().sent.findLast(isRequestFor(kind));
  const error = { error_code: code, message: code, ...more };
  const isOfOneRoom = type === 'join_rooms' && code !== 'RATE_LIMIT_EXCEEDED';
  return reply(kind, isOfOneRoom ? { type: 'rooms_joined', rooms: [], failed: [{ room: 'den', ...error }] } : { type: 'error', ...error });
}

async function begin({ token = '', rooms = ['den'], isOld = false } = {}) {
  time.install(1);
  Math.random = () => 0.5;
  Socket.all = [];
  Socket.isForbidden = false;
  globalThis.WebSocket = Socket;
  const world = { token, isOld, list: [] };
  const asksToken = typeof token === 'function' ? () => world.token() : token;
  world.client = new AgentCoreClient({ url: 'ws://model', user: 'alice', token: asksToken, rooms, times });
  world.told = [];
  for (const type of ['gap', 'room_lost', 'room_left']) world.client.on(type, ({ type: _, room }) => world.told.push([type, room]));
  return world;
}

/** Records the outcome of a promise. */
function watch(promise) {
  const watched = { outcome: 'waits', promise };
  promise.then(() => (watched.outcome = 'resolved'), (error) => (watched.outcome = error.code));
  return watched;
}

function rows(heading) {
  const table = page.slice(page.indexOf(`\n| ${heading} |`)).split('\n\n')[0];
  return table.trim().split('\n').slice(2).map((line) => line.slice(2, -2).split(' | ').map((cell) => cell.replaceAll('`', '')));
}

// --- the connection ---

const CONNECTION_STATES = {
  new: () => {},
  connecting: connect,
  waiting: async (world) => {
    await connect(world);
    await last().end(1006);
  },
  online: async (world) => {
    await connect(world);
    await welcome(world);
  },
  renewing: async (world) => {
    await connect(world);
    await welcome(world);
    await last().end(4401);
    await time.turn(1_000);
    await time.settle();
  },
  closed: async (world) => {
    await connect(world);
    world.connected.promise.catch(() => {});
    world.client.close();
    await time.settle();
    world.connected = undefined;
  },
};

async function connect(world) {
  world.connected = watch(world.client.connect());
  await time.settle();
}

const CONNECTION_EVENTS = {
  'connect()': async (world) => {
    const before = world.connected?.promise;
    await connect(world);
    if (before !== undefined) assert.equal(world.connected.promise, before);
    assert.ok(Socket.all.filter(({ readyState }) => readyState < 2).length < 2);
  },
  'hurry()': ({ client }) => client.hurry(),
  'close()': ({ client }) => client.close(),
  welcome,
  'no welcome within times.connect': () => time.turn(times.connect),
  'a frame that is not JSON': () => last().receive('<html>'),
  'time to try again': () => time.turn(times.firstBackOff),
  'the token function throws': async (world) => {
    world.token = () => Promise.reject(new Error('no login today'));
    world.client.hurry();
  },
  'the token function hangs': async (world) => {
    world.token = () => new Promise(() => {});
    world.client.hurry();
    await time.turn(times.connect);
  },
  'a token that cannot be sent': async (world) => {
    world.token = () => 'two words';
    world.client.hurry();
  },
  'an address that cannot be opened': ({ client }) => {
    Socket.isForbidden = true;
    client.hurry();
  },
  'silence for times.silence and times.answer': () => time.turn(times.silence + times.answer),
};

let tried = 0;
for (const [state, event, next, connected, requested, sent] of rows('state')) {
  const row = `${state} | ${event}`;
  const usesFunction = event.includes('function') || event.includes('cannot be sent') || state === 'renewing';
  const world = await begin({ token: usesFunction ? () => 'good' : 'good' });
  await CONNECTION_STATES[state](world);
  const request = watch(world.client.listRooms());
  const message = watch(world.client.send('den', 'Hello'));
  await time.settle();
  const [, code] = /^end (\d+)/.exec(event) ?? [];
  await (code === undefined ? CONNECTION_EVENTS[event](world) : last().end(Number(code)));
  await time.settle();
  await time.settle();
  assert.equal(world.client.state, next, row);
  assert.equal(world.connected?.outcome ?? 'none', connected, `${row}: connect()`);
  assert.equal(request.outcome, requested, `${row}: request`);
  assert.equal(message.outcome, sent, `${row}: send()`);
  world.client.close();
  assert.equal(time.running, 0, `${row}: timers`);
  await time.settle();
  assert.notEqual(request.outcome, 'waits', row);
  assert.notEqual(message.outcome, 'waits', row);
  tried++;
}

// --- a room ---

const JOINED = { type: 'room_joined', ...PLACE };

/** Joins the den, so that the client has a position. */
async function enter(world) {
  await CONNECTION_STATES.online(world);
  await reply('join_room', JOINED);
  await reply('join_room', { type: 'room_info' });
  if (!world.isOld) await reply('join_room', { type: 'rooms_joined', rooms: ['den'], failed: [] });
  world.list = ['den'];
  await answerList(world);
}

async function reconnect(world) {
  await enter(world);
  await last().end(1006);
  await time.turn(times.firstBackOff);
  await time.settle();
}

const ROOM_STATES = {
  none: CONNECTION_STATES.online,
  away: reconnect,
  joining: async (world) => {
    await reconnect(world);
    await welcome(world);
  },
  lost: async (world) => {
    await ROOM_STATES.joining(world);
    await refuse('join_room', 'ROOM_NOT_FOUND');
    assert.deepEqual(world.client.rooms(), ['lobby']);
  },
  listed: async (world) => {
    await CONNECTION_STATES.online(world);
    await elsewhere('my_room_joined', ['den'])(world);
  },
  in: enter,
  leaving: async (world) => {
    await enter(world);
    world.client.leave('den').catch(() => {});
    await time.settle();
  },
};

const ask = (what) => ({ client }) => {
  client[what]('den').catch(() => {});
};
const IS_ABOUT_ROOM = /^(join_rooms?|leave_room)$/;
const pending = () => last().sent.findLast(({ type }) => IS_ABOUT_ROOM.test(type)).type.replace('rooms', 'room');

/** The user changes the list on another device. */
const elsewhere = (type, list) => async (world) => {
  world.list = list;
  await last().receive({ type, room: 'den' });
  await answerList(world);
};
const ROOM_EVENTS = {
  'join()': ask('join'),
  'leave()': ask('leave'),
  welcome,
  'welcome, the list has the room no more': async (world) => {
    world.list = [];
    await welcome(world);
  },
  my_room_joined: elsewhere('my_room_joined', ['den']),
  my_room_left: elsewhere('my_room_left', []),
  room_joined: () => answer(JOINED),
  'room_joined, recovered': () => answer({ ...JOINED, seq: 9, recovered: true }),
  'room_joined, not recovered': () => answer({ ...JOINED, recovered: false }),
  'room_joined without recovered, at another position': () => answer({ ...JOINED, seq: 9 }),
  'room_joined without recovered, at the same position': () => answer(JOINED),
  room_reset: () => answer({ type: 'room_reset', seq: 0, epoch: 'b', reason: 'lost' }),
  room_left: () => (pending() === 'leave_room' ? reply('leave_room', { type: 'room_left' }) : answer({ type: 'room_left' })),
  user_removed: () => answer({ type: 'user_removed', user_id: 'a/1' }),
  BACKEND_UNAVAILABLE: () => refuse(pending(), 'BACKEND_UNAVAILABLE', { retryable: true }),
  RATE_LIMIT_EXCEEDED: () => refuse(pending(), 'RATE_LIMIT_EXCEEDED', { retryable: true, retry_after: 0.5 }),
  ROOM_NOT_FOUND: () => refuse(pending(), 'ROOM_NOT_FOUND'),
  NOT_IN_ROOM: () => refuse(pending(), 'NOT_IN_ROOM'),
  'NOT_IN_ROOM for a message': async ({ client }) => {
    client.send('den', 'Hello').catch(() => {});
    await time.settle();
    await refuse('chat_message', 'NOT_IN_ROOM');
  },
  'the connection ends': () => last().end(1006),
};

/** The states in which the client lists the room as its own. */
const COUNTS = new Set(['away', 'joining', 'in', 'leaving']);

const IS_NEW = /^listed|\| my_room|the list/;
const cases = rows('room').flatMap((cells) => [false, true].map((isOld) => ({ cells, isOld })));

for (const { cells: [state, event, next, sends, tells], isOld } of cases) {
  const row = `${state} | ${event}${isOld ? ' (old server)' : ''}`;
  if (isOld && IS_NEW.test(row)) continue;
  const world = await begin({ rooms: ['none', 'listed'].includes(state) ? [] : ['den'], isOld });
  await ROOM_STATES[state](world);
  const before = Socket.all.map((socket) => socket.sent.length);
  world.told.length = 0;
  await ROOM_EVENTS[event](world);
  await time.settle();
  await (event === 'the connection ends' ? undefined : time.turn(1_500)); // longer than the pause between joins
  const requests = Socket.all.flatMap((socket, i) => socket.sent.slice(before[i] ?? 0)).filter(({ type }) => IS_ABOUT_ROOM.test(type));
  const asked = requests.flatMap(({ type, data }) => (data.rooms ?? [data]).map((fields) => [type, fields])).filter(([, { room }]) => room === 'den');
  const words = asked.map(([type, { since }]) => (since === undefined ? type : `${type} with position`));
  assert.equal(words.join() || 'nothing', isOld ? sends.replace('join_rooms', 'join_room') : sends, `${row}: sends`);
  assert.equal(world.told.map(([type]) => type).join() || 'nothing', tells, `${row}: tells`);
  assert.equal(world.client.rooms().includes('den'), COUNTS.has(next), `${row}: rooms()`);
  for (const [, fields] of asked) if (fields.since !== undefined) assert.deepEqual(fields, { room: 'den', epoch: 'a', since: 5 });
  world.client.close();
  assert.equal(time.running, 0, `${row}: timers`);
  tried++;
}
assert.ok(tried > 100, `only ${tried} rows`);
console.log(`${tried} rows`);
process.exit(0);
