// Random schedules of calls, cuts and refusals against a model server with simulated time.
import { FakeServer } from './fake-server.mjs';
import { socketsOf } from './fake-socket.mjs';
import { FakeTime, random } from './fake-time.mjs';
import { Witness } from './witness.mjs';

const [first, count] = process.argv.slice(2).map(Number);
const time = new FakeTime();
const { AgentCoreClient } = await import('./agentcore-client.js');

/**
 * The probability of each fault, in schedules of six kinds. In a calm one nothing is lost, so there
 * must be no gap. An old server does not keep the user's rooms and read markers.
 */
const CALM = {
  keep: Infinity, resets: 0, away: 0, stuck: 0, refusedJoin: 0, refusedConnect: 0.2, hangingConnect: 0.05,
  burst: 1e6, perSecond: 1e6, rooms: 4, throws: 0, reenters: 0, isLossless: true,
  isOld: false,
};
const KINDS = [
  CALM,
  { ...CALM, away: 0.25, stuck: 0.02 },
  { ...CALM, away: 0.1, stuck: 0.05, refusedJoin: 0.05, throws: 0.2, isLossless: false },
  { ...CALM, keep: 3, resets: 0.1, away: 0.1, refusedJoin: 0.02, reenters: 0.02, isLossless: false },
  { ...CALM, burst: 20, perSecond: 2, rooms: 40, away: 0.02, isLossless: false },
  { ...CALM, away: 0.1, stuck: 0.02, isLossless: false, isOld: true },
];

let current = '';
const problems = [];
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => problems.push(`${current}: ${event} ${error?.stack ?? error}`));
}

async function run(seed) {
  const kind = KINDS[seed % KINDS.length];
  const dice = random(seed);
  const chance = (probability) => dice() < probability;
  const pick = (list) => list[Math.floor(dice() * list.length)];
  const found = [];
  time.install(seed);
  const server = new FakeServer(time, dice, kind);
  globalThis.WebSocket = socketsOf(server, time);
  const rooms = Array.from({ length: kind.rooms }, (_, i) => `r${i}`);
  rooms.forEach((room) => server.room(room));
  const reported = [];
  const client = new AgentCoreClient({
    url: 'ws://model',
    user: 'alice',
    rooms: chance(0.5) ? rooms.slice(0, Math.ceil(rooms.length * dice())) : [],
    times: { connect: 3_000, silence: 5_000, answer: 3_000, maxBackOff: 4_000 },
    report: (error) => reported.push(error),
  });
  const witness = new Witness(client);
  const pending = new Map();
  const stored = new Map(); // room -> acknowledged texts
  const sent = new Map(); // room -> texts in the order of the calls
  let texts = 0;
  let isOver = false;
  const settles = (what, promise) => {
    pending.set(promise, what);
    promise.then(() => {}, () => {}).finally(() => pending.delete(promise));
  };
  const wanted = new Map(); // room -> whether its last successful call joined or left it
  const call = (what, room, promise) => {
    const intent = { isIn: what !== 'leave', isSure: false };
    wanted.set(room, intent);
    settles(`${what} ${room}`, promise);
    promise.then(() => (intent.isSure = true), () => {});
  };
  const send = (room, id) => {
    const text = `t${++texts}`;
    const isThere = client.rooms().includes(room);
    if (isThere) sent.set(room, [...(sent.get(room) ?? []), text]);
    const promise = client.send(room, text, id === undefined ? {} : { id });
    settles(`send ${room}`, promise);
    promise.then((ack) => {
      if (ack.room !== room) found.push(`the ack of ${ack.room} was taken for one of ${room}`);
      stored.set(room, [...(stored.get(room) ?? []), text]);
    }, ({ code }) => {
      // A connection that the application closed may still be closing when the next one opens.
      if (code === 'CLOSED' && isThere) sent.set(room, sent.get(room).filter((other) => other !== text));
    });
  };
  for (const type of ['chat_message', 'state', 'welcome', 'room_joined', 'gap', 'typing']) {
    client.on(type, () => {
      if (isOver) return;
      if (chance(kind.throws)) throw new Error('a bug in the application');
      if (!chance(kind.reenters)) return;
      if (chance(0.5)) client.close();
      settles('connect', client.connect());
    });
  }
  const join = (room) => call('join', room, client.join(room));
  const leave = (room) => call('leave', room, client.leave(room));
  const create = (room) => call('create', room, client.create(room));
  client.on('room_lost', ({ room }) => wanted.delete(room));
  client.on('room_left', ({ room }) => wanted.get(room)?.isIn && wanted.delete(room)); // on another device
  const seen = new Map(); // room -> seq of the last message
  client.on('chat_message', ({ room, seq }) => seen.set(room, seq));
  const actions = [
    [10, () => server.say(pick([...server.logs.keys()]), `${chance(0.2) ? '@alice ' : ''}o${++texts}`)],
    [kind.isOld ? 0 : 2, () => {
      const room = pick(rooms);
      wanted.delete(room);
      server.elsewhere(pick(['join_room', 'leave_room']), room);
    }],
    [kind.isOld ? 0 : 1, () => server.readElsewhere(pick([...rooms, 'lobby']))],
    [3, () => {
      const room = pick([...client.rooms(), 'lobby']);
      if (seen.has(room)) client.markRead(room, seen.get(room) - (chance(0.3) ? 1 : 0));
    }],
    [6, () => send(pick([...client.rooms(), 'r0', 'lobby']))],
    [1, () => {
      const id = `id${++texts}`;
      client.rooms().slice(0, 2).forEach((room) => send(room, id));
    }],
    [4, () => join(pick([...rooms, 'lobby']))],
    [3, () => leave(pick([...client.rooms(), 'r0']))],
    [1, () => {
      const room = pick([...client.rooms(), 'r0']);
      for (let i = 0; i < 4; i++) if (chance(0.5)) pick([join, leave])(room);
    }],
    [1, () => settles('history', client.history(pick(rooms)))],
    [1, () => create(pick(rooms))],
    [1, () => settles('connect', client.connect())],
    [1, () => client.hurry()],
    [0.3, () => client.close()],
    [3, () => server.cut(pick(['cut', 'late', 'silence']), pick([1001, 1006, 1006, 1012, 4408, 4410]))],
    [kind.isLossless ? 0 : 0.5, () => server.expel(pick(rooms))],
    [kind.isLossless ? 0 : 0.5, () => {
      const room = pick(client.rooms());
      if (room === undefined) return;
      server.expel(room, false);
      send(room); // the reply tells the client
    }],
    [kind.resets > 0 ? 1 : 0, () => server.reset(pick([...server.logs.keys()]))],
    [kind.resets > 0 ? 1 : 0, () => server.remove(pick(rooms))],
    [kind.resets > 0 ? 1 : 0, () => (server.defaultRoom = pick(['lobby', 'r0', '']))],
  ];
  const total = actions.reduce((sum, [weight]) => sum + weight, 0);
  const act = () => {
    let at = dice() * total;
    for (const [weight, action] of actions) {
      at -= weight;
      if (at < 0) return action();
    }
    return undefined;
  };
  const check = () => {
    const open = server.sockets.filter((socket) => socket.readyState < 2 && !socket.isDropped).length;
    if (open > 1) found.push(`${open} sockets at once`);
    if (server.closedForFlooding) found.push('closed for flooding');
    if (server.mostMarks > 1) found.push(`${server.mostMarks} markers within a second`);
  };

  // Without further faults the client must be online, in its rooms, and have received everything.
  const clearUp = async () => {
    server.faults = { ...kind, away: 0, stuck: 0, refusedJoin: 0, refusedConnect: 0, hangingConnect: 0 };
    settles('connect', client.connect());
    await time.turn(150_000);
    check();
    if (client.state !== 'online') found.push(`finally ${client.state}`);
    const [connection] = [...server.connections].slice(-1);
    for (const room of client.rooms()) {
      if (!connection?.places.has(room)) found.push(`not in ${room}, although the client lists it`);
      else witness.expectAll(room, server.logs.get(room));
    }
    for (const room of connection?.places.keys() ?? []) {
      if (!client.rooms().includes(room)) found.push(`in ${room}, although the client does not list it`);
    }
    if (!kind.isOld && kind.keep < Infinity) { // the server does not count what it no longer has
      client.myRooms();
      await time.turn(10_000);
    }
    const isDefault = (room) => room === 'lobby' || (kind.resets > 0 && room === 'r0');
    for (const room of kind.isOld ? [] : client.rooms().filter((name) => name === server.defaultRoom || server.list.has(name))) {
      const { unread, mentions } = server.row(room);
      const here = client.unread(room);
      if (here.unread !== unread || here.mentions !== mentions) {
        found.push(`${JSON.stringify(here)} unread in ${room} instead of ${unread} and ${mentions}`);
      }
    }
    for (const room of kind.isOld ? [] : client.rooms()) {
      if (!isDefault(room) && !server.list.has(room)) found.push(`in ${room}, which is not in the list`);
    }
    for (const room of kind.isOld || kind.refusedJoin > 0 ? [] : server.list) {
      if (!client.rooms().includes(room)) found.push(`not in ${room}, which is in the list`);
    }
    if (pending.size > 0) found.push(`not settled while online: ${[...pending.values()]}`);
    if (kind.isLossless && witness.gaps > 0) found.push(`${witness.gaps} gaps although nothing was lost`);
    if (kind.isLossless && witness.lost > 0) found.push(`${witness.lost} rooms lost although all exist`);
    for (const [room, { isIn, isSure }] of wanted) {
      if (isSure && !server.joinedLate.has(room) && !(kind.resets > 0 && isDefault(room)) && client.rooms().includes(room) !== isIn) {
        found.push(`${isIn ? 'not in' : 'still in'} ${room} although it was ${isIn ? 'joined' : 'left'}`);
      }
    }
  };

  settles('connect', client.connect());
  for (let step = 0; step < 60 && found.length === 0; step++) {
    act();
    if (chance(0.2)) act();
    await time.turn(chance(0.1) ? dice() * 20_000 : dice() * 300);
    check();
  }

  isOver = true;
  if (chance(0.7)) await clearUp();

  client.close();
  send('lobby');
  await time.settle();
  if (pending.size > 0) found.push(`not settled after close: ${[...pending.values()]}`);
  if (time.running > 0) found.push(`${time.running} timers after close`);
  await time.turn(60_000);
  if (time.running > 0) found.push(`${time.running} timers long after close`);
  if (server.sockets.some((socket) => socket.readyState < 2)) found.push('a socket after close');

  // Each acknowledged message is stored once, and the messages of a room in the order of the calls.
  for (const [room, texts] of stored) {
    for (const text of texts) {
      const entries = server.stored.filter((entry) => entry.room === room && entry.text === text);
      const epochs = new Set(entries.map(({ epoch }) => epoch));
      if (entries.length === 0 || entries.length > epochs.size) found.push(`${room} ${text} stored ${entries.length} times`);
    }
  }
  for (const [room, texts] of sent) {
    const seen = new Set();
    const order = server.stored.filter((entry) => entry.room === room && texts.includes(entry.text)).map(({ text }) => text);
    const once = order.filter((text) => !seen.has(text) && seen.add(text));
    const wanted = texts.filter((text) => seen.has(text));
    if (once.join() !== wanted.join()) found.push(`order in ${room}: ${once} instead of ${wanted}`);
  }
  if (kind.throws === 0 && reported.length > 0) found.push(`reported: ${reported[0]?.stack}`);
  return [...found, ...witness.problems];
}

for (let seed = first; seed < first + count; seed++) {
  current = `seed ${seed}`;
  try {
    (await run(seed)).slice(0, 3).forEach((problem) => problems.push(`${current}: ${problem}`));
  } catch (error) {
    problems.push(`${current}: ${error.stack}`);
  }
  if (problems.length >= 20) break;
}
problems.forEach((problem) => console.log(problem));
console.log(`${count} schedules, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
