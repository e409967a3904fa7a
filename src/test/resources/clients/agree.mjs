// Random schedules of two devices of one user, against one or two real servers: in the end both have the same rooms, and
// count as unread what the server counts.
import assert from 'node:assert/strict';
import { random } from './fake-time.mjs';

const [here, there, seed, steps] = process.argv.slice(2);
const dice = random(Number(seed));
const pick = (list) => list[Math.floor(dice() * list.length)];
const sleep = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));
const { AgentCoreClient } = await import('./agentcore-client.js');
const problems = [];
process.on('unhandledRejection', (error) => problems.push(`unhandledRejection ${error.stack}`));
process.on('uncaughtException', (error) => { // also what this script itself throws: its clients would keep it running
  console.log(error.stack);
  process.exit(1);
});

const pending = new Set();
const settles = (promise) => {
  pending.add(promise);
  promise.then(() => {}, () => {}).finally(() => pending.delete(promise));
};

/** Another user, who is in all rooms. */
async function connect(url, user) {
  const client = new AgentCoreClient({ url, user });
  client.on('state', (state) => console.log(user, JSON.stringify(state)));
  await client.connect();
  return client;
}
const bob = await connect(here, 'bob');
const carol = await connect(there, 'carol');
const rooms = Array.from({ length: 6 }, (_, i) => `r${seed}-${i}`);
for (const room of rooms) {
  await bob.create(room);
  await carol.join(room);
  console.log('both are in', room);
}

/** A device of alice. It knows the seq of what it received since it was loaded. */
class Device {
  constructor(url) {
    this.url = url;
    this.load();
  }

  load() {
    this.client?.close();
    this.client = new AgentCoreClient({ url: this.url, user: 'alice' });
    this.seqs = new Map();
    this.client.on('chat_message', ({ room, seq }) => this.seqs.set(`room ${room}`, seq));
    this.client.on('private_message', ({ from_username: from, seq }) => this.seqs.set(`person ${from}`, seq));
    settles(this.client.connect());
  }

  read() {
    const [name, seq] = pick([...this.seqs]) ?? ['', 0];
    const [kind, who] = name.split(' ');
    const upTo = seq - (dice() < 0.3 ? 1 : 0);
    if (kind === 'room') this.client.markRead(who, upTo);
    if (kind === 'person') this.client.markPrivateRead(who, upTo);
  }
}
const devices = [new Device(here), new Device(there)];
let texts = 0;
for (let step = 0; step < Number(steps); step++) {
  const device = pick(devices);
  const { client } = device;
  const other = pick([bob, carol]);
  const text = `${dice() < 0.2 ? 'Look, @alice: ' : ''}t${++texts}`;
  const at = dice();
  if (at < 0.35) settles(other.send(pick([...rooms, 'lobby']), text));
  else if (at < 0.45) settles(other.sendPrivate('alice', text));
  else if (at < 0.55) settles(client.send(pick([...client.rooms(), 'lobby']), text));
  else if (at < 0.6) settles(client.sendPrivate(pick(['bob', 'alice']), text));
  else if (at < 0.72) settles(client.join(pick(rooms)));
  else if (at < 0.78) settles(client.leave(pick([...client.rooms().filter((room) => room !== 'lobby'), rooms[0]])));
  else if (at < 0.97) device.read();
  else device.load();
  if (dice() < 0.4) await sleep(80 * dice());
}

/** What a device shows: the unread messages and mentions of each room, and the unread messages of each person. */
function shown({ client }) {
  const ofRooms = client.rooms().sort().map((room) => {
    const { unread, mentions } = client.unread(room);
    return `${room} ${unread} ${mentions}`;
  });
  return [...ofRooms, ...['alice', 'bob', 'carol'].map((user) => `${user} ${client.unreadFrom(user).unread}`)].join('\n');
}

/** What the server counts. */
function counted({ rooms: rows, conversations }) {
  const people = new Map(conversations.map(({ username, unread }) => [username, unread]));
  const ofRooms = rows.map(({ name, unread, mentions }) => `${name} ${unread} ${mentions}`).sort();
  return [...ofRooms, ...['alice', 'bob', 'carol'].map((user) => `${user} ${people.get(user) ?? 0}`)].join('\n');
}

async function difference() {
  if (pending.size > 0) return `${pending.size} calls`;
  const wanted = counted(await tablet.request('my_rooms'));
  const different = devices.map(shown).filter((text) => text !== wanted);
  return different.length === 0 ? '' : `${wanted}\n--- but\n${different.join('\n--- and\n')}`;
}
const tablet = await connect(here, 'alice');
const end = Date.now() + 60_000;
let rest = await difference();
while (rest !== '' && Date.now() < end) {
  await sleep(300);
  rest = await difference();
}
assert.equal(rest, '');
assert.deepEqual(problems, []);
[...devices.map(({ client }) => client), tablet, bob, carol].forEach((client) => client.close());
console.log('agreed');
process.exit(0);
