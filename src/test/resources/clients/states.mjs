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
const welcome = () => last().receive({ type: 'welcome', user_id: 'a/1', username: 'alice', rooms: [] });
const answer = (frame) => last().receive({ room: 'den', ...frame });

/** Answers the last request of this type. */
function reply(type, frame) {
  const { id } = last().sent.filter((request) => request.type === type).at(-1);
  return answer({ ...frame, id });
}
const refuse = (type, code, more = {}) => reply(type, { type: 'error', error_code: code, message: code, ...more });

async function begin({ token = '', rooms = ['den'] } = {}) {
  time.install(1);
  Math.random = () => 0.5;
  Socket.all = [];
  Socket.isForbidden = false;
  globalThis.WebSocket = Socket;
  const world = { token };
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
    await welcome();
  },
  renewing: async (world) => {
    await connect(world);
    await welcome();
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
    await welcome();
  },
  lost: async (world) => {
    await ROOM_STATES.joining(world);
    await refuse('join_room', 'ROOM_NOT_FOUND');
    assert.deepEqual(world.client.rooms(), []);
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
const pending = () => last().sent.findLast(({ type }) => type === 'join_room' || type === 'leave_room').type;
const ROOM_EVENTS = {
  'join()': ask('join'),
  'leave()': ask('leave'),
  welcome,
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

for (const [state, event, next, sends, tells] of rows('room')) {
  const row = `${state} | ${event}`;
  const world = await begin({ rooms: state === 'none' ? [] : ['den'] });
  await ROOM_STATES[state](world);
  const before = Socket.all.map((socket) => socket.sent.length);
  world.told.length = 0;
  await ROOM_EVENTS[event](world);
  await time.settle();
  await (event === 'the connection ends' ? undefined : time.turn(1_500)); // longer than the pause between joins
  const requests = Socket.all.flatMap((socket, i) => socket.sent.slice(before[i] ?? 0)).filter(({ type }) => /^(join|leave)_room$/.test(type));
  const words = requests.map(({ type, data }) => (data.since === undefined ? type : `${type} with position`));
  assert.equal(words.join() || 'nothing', sends, `${row}: sends`);
  assert.equal(world.told.map(([type]) => type).join() || 'nothing', tells, `${row}: tells`);
  assert.equal(world.client.rooms().includes('den'), COUNTS.has(next), `${row}: rooms()`);
  for (const { data } of requests) if (data.since !== undefined) assert.deepEqual(data, { room: 'den', epoch: 'a', since: 5 });
  world.client.close();
  assert.equal(time.running, 0, `${row}: timers`);
  tried++;
}
assert.ok(tried > 60, `only ${tried} rows`);
console.log(`${tried} rows`);
process.exit(0);
