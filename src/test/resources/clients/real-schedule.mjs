// A random schedule of calls and cuts against a real server in real time.
import assert from 'node:assert/strict';
import { random } from './fake-time.mjs';
import { Witness } from './witness.mjs';

const [url, seed, steps] = process.argv.slice(2);
const dice = random(Number(seed));
const pick = (list) => list[Math.floor(dice() * list.length)];
const sleep = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));
const Native = globalThis.WebSocket;
const problems = [];
process.on('unhandledRejection', (error) => problems.push(`unhandledRejection ${error.stack}`));
process.on('uncaughtException', (error) => { // also what this script itself throws: its clients would keep it running
  console.log(error.stack);
  process.exit(1);
});

/** A WebSocket that can be cut: frames in transit are lost, and the other end notices later. */
class Wire {
  static open = [];
  readyState = 0;
  #native;
  #isSilent = false;

  constructor(...where) {
    Wire.open.push(this);
    this.#native = new Native(...where);
    this.#native.onopen = () => this.readyState === 0 && (this.readyState = 1);
    this.#native.onmessage = (event) => !this.#isSilent && this.onmessage?.(event);
    this.#native.onclose = ({ code, reason }) => !this.#isSilent && this.#end(code, reason);
    this.#native.onerror = () => {};
  }

  send(text) {
    if (!this.#isSilent) this.#native.send(text);
  }

  close(code) {
    this.readyState = 2;
    Wire.open = Wire.open.filter((wire) => wire !== this);
    this.#native.close(code);
  }

  cut(how) {
    this.#isSilent = true;
    if (how === 'silence') return;
    this.#native.close(3000);
    this.#end(1006, '');
  }

  #end(code, reason) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    Wire.open = Wire.open.filter((wire) => wire !== this);
    this.onclose?.({ code, reason });
  }
}

const { AgentCoreClient } = await import('./agentcore-client.js');
const bob = new AgentCoreClient({ url, user: 'bob' });
await bob.connect();
const rooms = Array.from({ length: 12 }, (_, i) => `r${seed}-${i}`);
for (const room of rooms) await bob.create(room);

globalThis.WebSocket = Wire;
const times = { firstBackOff: 100, maxBackOff: 400, silence: 700, answer: 700 };
const alice = new AgentCoreClient({ url, user: 'alice', rooms: rooms.slice(0, 6), times });
const witness = new Witness(alice);
const sent = new Map();
const pending = new Set();
const settles = (promise) => {
  pending.add(promise);
  promise.then(() => {}, () => {}).finally(() => pending.delete(promise));
};
let texts = 0;
const say = (room) => {
  const text = `t${++texts}`;
  if (alice.rooms().includes(room)) sent.set(room, [...(sent.get(room) ?? []), text]);
  settles(alice.send(room, text));
};
settles(alice.connect());
for (let step = 0; step < Number(steps); step++) {
  const room = pick(rooms);
  const at = dice();
  if (at < 0.4) settles(bob.send(pick([...rooms, 'lobby']), `o${++texts}`));
  else if (at < 0.65) say(pick([...alice.rooms(), 'lobby']));
  else if (at < 0.75) settles(alice.join(room));
  else if (at < 0.8) settles(alice.leave(room));
  else if (at < 0.87) Wire.open.forEach((wire) => wire.cut(pick(['cut', 'cut', 'silence'])));
  else if (at < 0.9) alice.hurry();
  else settles(alice.connect());
  if (Wire.open.length > 1) problems.push(`${Wire.open.length} sockets`);
  if (dice() < 0.5) await sleep(60 * dice());
}

/** Describes what is still missing, if anything. */
async function missing() {
  if (alice.state !== 'online' || pending.size > 0) return `${alice.state}, ${pending.size} calls`;
  for (const room of ['lobby', ...rooms]) {
    const { users } = await bob.users(room);
    const isIn = users.some(({ username }) => username === 'alice');
    if (isIn !== alice.rooms().includes(room)) return `${room}: ${isIn ? 'in' : 'not in'}`;
    if (isIn && !witness.hasAll(room, await bob.history(room, { limit: 1 }))) return `${room}: not heard`;
  }
  return '';
}
const end = Date.now() + 45_000;
let rest = await missing().catch((error) => error.message);
while (rest !== '' && Date.now() < end) {
  await sleep(500);
  rest = await missing().catch((error) => error.message);
}
assert.equal(rest, '');
for (const [room, wanted] of sent) {
  const { messages } = await bob.history(room, { limit: 1000 });
  const stored = messages.map(({ text }) => text).filter((text) => text.startsWith('t'));
  assert.equal(new Set(stored).size, stored.length, `stored twice in ${room}: ${stored}`);
  assert.deepEqual(stored, wanted.filter((text) => stored.includes(text)), `order in ${room}`);
}
assert.deepEqual([...problems, ...witness.problems], []);
assert.equal(witness.gaps, 0, 'gaps although nothing was lost');
alice.close();
bob.close();
console.log('whole');
process.exit(0);
