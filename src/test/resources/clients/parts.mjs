// Unit tests of the client's modules, with a clock that is advanced by hand.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Conversation } from './conversation.js';
import { Link } from './agentcore-link.js';
import { problemWithUser } from './agentcore-client.js';
import { Outbox } from './agentcore-outbox.js';
import { Position } from './agentcore-position.js';
import { Typing } from './agentcore-typing.js';

mock.timers.enable({ apis: ['setTimeout', 'Date'] });
let now = 0;
mock.method(performance, 'now', () => now);
const tick = (milliseconds) => {
  now += milliseconds;
  mock.timers.tick(milliseconds);
};

// A position in a log is read once; a hole is reported.
const position = new Position();
position.arrive({ epoch: 'a', seq: 5 }, false);
const read = (epoch, seq) => position.read({ epoch, seq, message_id: `${epoch}${seq}` });
assert.equal(read('a', 5), 'known');
assert.equal(read('a', 6), 'next');
assert.equal(read('a', 6), 'known');
assert.equal(read('a', 8), 'hole');
assert.equal(read('b', 1), 'hole');
assert.deepEqual(position.lastSeen, { epoch: 'b', since: 1, message_id: 'b1' });
assert.equal(position.arrive({ epoch: 'b', seq: 9, recovered: true }, false), false);
assert.equal(read('b', 2), 'next');
assert.equal(position.arrive({ epoch: 'b', seq: 9, recovered: false }, false), true);
assert.equal(read('b', 2), 'known');

// Without recovered, the position decides whether messages are missing. A recovered for another log does not count.
assert.equal(position.arrive({ epoch: 'b', seq: 9 }, false), false);
assert.equal(position.arrive({ epoch: 'b', seq: 10 }, false), true);
assert.equal(position.arrive({ epoch: 'c', seq: 10, recovered: true }, false), true);
assert.equal(position.arrive({ epoch: 'c', seq: 10, recovered: false }, false), true);
assert.equal(position.arrive({ epoch: 'c', seq: 10, recovered: false }, true), false);

// A message that cannot be sent in time is given up and not sent later.
const sent = [];
const cut = new Outbox((task) => task(), async ({ text }) => sent.push(text));
const given = assert.rejects(cut.send('1', 'late'), { code: 'GAVE_UP', retryable: true });
tick(60_000);
await given;
cut.open();
assert.deepEqual(sent, []);

// Typing is sent at most every three seconds and expires after seven.
const told = [];
const typists = [];
const typing = new Typing((type) => told.push(type), (_, users) => typists.push(users.join()));
for (let i = 0; i < 61; i++) {
  typing.start('lobby');
  tick(100);
}
assert.deepEqual(told, ['typing_start', 'typing_start', 'typing_start']);
typing.stop('lobby');
typing.stop('lobby');
assert.equal(told.at(-1), 'typing_stop');
assert.equal(told.length, 4);
typing.receive({ type: 'user_typing_start', room: 'lobby', user_id: 'b/1', username: 'bob' }, 'a/1');
tick(6_900);
assert.deepEqual(typists, ['bob']);
tick(200);
assert.deepEqual(typists, ['bob', '']);

// Which close codes are final, and how long the client waits after the others.
class Socket {
  static last;
  readyState = 0;
  constructor() {
    Socket.last = this;
  }
  send() {}
  close() {}
}
globalThis.WebSocket = Socket;
const down = async (code, failures = 1) => {
  let reason;
  const onDown = (why) => (reason = why);
  const link = new Link({ url: () => 'ws://x', protocols: () => [], onFrame: () => {}, onTry: () => {}, onDown });
  link.open();
  for (let i = 0; i < failures; i++) {
    await new Promise((go) => setImmediate(go));
    Socket.last.onclose({ code, reason: '' });
    tick(20_000);
  }
  link.close();
  return reason;
};
for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 4401, 4403]) assert.equal((await down(code)).final, true, code);
for (const code of [1001, 1006, 1011, 1012, 1013, 4408, 4409, 4410]) assert.equal((await down(code)).final, false, code);

// Node 20 reports a failed connection only with `onerror`.
const tries = [];
const refused = new Link({ url: () => 'ws://x', protocols: () => [], onFrame: () => {}, onTry: () => {}, onDown: (why) => tries.push(why) });
refused.open();
await new Promise((go) => setImmediate(go));
const dead = Socket.last;
dead.readyState = 0;
dead.onerror();
dead.onerror();
assert.deepEqual(tries.map(({ code, final }) => [code, final]), [[1006, false]]);
refused.close();

mock.method(Math, 'random', () => 0.999);
const waits = [];
for (let n = 1; n <= 8; n++) waits.push(Math.round((await down(1006, n)).retryIn / 0.999));
assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
assert.equal(Math.round((await down(1013)).retryIn / 0.999), 4_000);

// A conversation shows every message once and in order, whether the ack or the event comes first.
const talk = new Conversation('room', 'lobby');
const event = (seq, text) => ({ seq, text, epoch: 'a', message_id: `m${seq}`, username: 'alice', timestamp: seq });
const mine = talk.begin('id', 'alice', 'mine');
talk.settle(mine, { seq: 2, epoch: 'a', message_id: 'm2' });
talk.add(event(1, 'before'), false, false);
talk.add(event(2, 'mine'), true, true);
const next = talk.begin('id2', 'alice', 'next');
talk.add(event(3, 'next'), true, true);
assert.equal(talk.items.length, 3); // not twice, although the ack is still missing
talk.settle(next, { seq: 3, epoch: 'a', message_id: 'm3' });
talk.mark('lost');
talk.mark('lost');
talk.add({ ...event(1, 'anew'), epoch: 'b', message_id: 'n1' }, false, false);
talk.addOlder([event(0, 'oldest'), event(1, 'before')], () => false);
assert.deepEqual(talk.items.map(({ text }) => text), ['oldest', 'before', 'mine', 'next', 'lost', 'anew']);

for (const bad of ['', ' ', 'a/b', '..', '.', 'x'.repeat(65), 'a\u0007']) assert.notEqual(problemWithUser(bad), '', bad);
for (const good of ['a', '😀'.repeat(64), 'a b', '...']) assert.equal(problemWithUser(good), '', good);
