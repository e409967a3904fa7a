// Unit tests of the client's modules, with a clock that is advanced by hand.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Conversation } from './conversation.js';
import { Link } from './agentcore-link.js';
import { problemWithUser } from './agentcore-client.js';
import { ChatError } from './agentcore-error.js';
import { Outbox } from './agentcore-outbox.js';
import { Pace } from './agentcore-pace.js';
import { Position } from './agentcore-position.js';
import { Typing } from './agentcore-typing.js';
import { Unread } from './agentcore-unread.js';

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
const listed = new Position({ epoch: 'a', since: 5 }, false); // nothing was seen, so nothing is missing
assert.equal(listed.arrive({ epoch: 'a', seq: 7 }, false), false);
assert.equal(listed.arrive({ epoch: 'a', seq: 9 }, false), true);

// A message that cannot be sent in time is given up and not sent later.
const sent = [];
const cut = new Outbox((task) => task(), async ({ text }) => sent.push(text));
const given = assert.rejects(cut.send('1', 'late'), { code: 'GAVE_UP', retryable: true });
tick(60_000);
await given;
cut.open();
assert.deepEqual(sent, []);

// A message that the rate limit refused is sent again only after the pause.
const pace = new Pace();
let attempts = 0;
const limited = new Outbox(
  (task) => pace.run(task),
  async () => {
    attempts++;
    if (attempts === 1) throw new ChatError('RATE_LIMIT_EXCEEDED', 'Too fast', { retryable: true, retryAfter: 2_000 });
  },
);
limited.open();
const repeated = limited.send('1', 'hi');
await new Promise(setImmediate);
tick(1_999);
assert.equal(attempts, 1);
tick(2_001); // and up to as long again, at random
await repeated;
assert.equal(attempts, 2);

// Typing is sent at most every three seconds and expires after seven.
const told = [];
const typists = [];
const typing = new Typing((type) => told.push(type), (_, users) => typists.push(users.join()));
for (let i = 0; i < 61; i++) {
  typing.start({ room: 'lobby' });
  tick(100);
}
assert.deepEqual(told, ['typing_start', 'typing_start', 'typing_start']);
typing.stop({ room: 'lobby' });
typing.stop({ room: 'lobby' });
assert.equal(told.at(-1), 'typing_stop');
assert.equal(told.length, 4);
typing.receive({ type: 'user_typing_start', room: 'lobby', user_id: 'b/1', username: 'bob' }, 'a/1');
tick(6_900);
assert.deepEqual(typists, ['bob']);
tick(200);
assert.deepEqual(typists, ['bob', '']);

// In private, the place is the other user, and a message of that user ends the indicator.
typing.start({ target_user_id: 'bob' });
typing.start({ target_user_id: 'carol' });
assert.deepEqual(told.slice(4), ['typing_start', 'typing_start']);
const places = [];
const privately = new Typing(() => {}, (place, users) => places.push([place, users]));
privately.receive({ type: 'user_typing_start', user_id: 'b/1', username: 'bob', to_user_id: 'alice', to_username: 'alice' }, 'a/1');
privately.receive({ type: 'private_message', from_user_id: 'b/1', from_username: 'bob' }, 'a/1');
assert.deepEqual(places, [[{ username: 'bob' }, ['bob']], [{ username: 'bob' }, []]]);
typing.clear();

// What is unread: the server's count, and later entries of others; the marker of any device counts.
let recounts = 0;
const changes = [];
const unread = new Unread({ user: 'alice', emit: (_, change) => changes.push(change), recount: () => recounts++ });
const said = (seq, more = {}) => unread.receive({ type: 'chat_message', room: 'den', username: 'bob', text: 'Hi', epoch: 'a', seq, ...more });
const den = (row) => ({ type: 'my_rooms', rooms: [{ name: 'den', epoch: 'a', unread: 0, mentions: 0, ...row }], conversations: [] });
const marker = (seq, epoch = 'a') => unread.receive({ type: 'read_marker', room: 'den', seq, epoch });
unread.receive(den({ seq: 5, unread: 2, mentions: 1, read_seq: 1 }));
said(5);
assert.deepEqual(unread.room('den'), { unread: 2, mentions: 1 }); // the count contains it
said(6, { text: 'Is @alice there?' });
said(7, { username: 'alice' });
said(8, { username: 'alice', server: true });
assert.deepEqual(unread.room('den'), { unread: 4, mentions: 2 });
assert.equal(recounts, 0);
marker(3); // within the count, so only the server knows
assert.deepEqual(unread.room('den'), { unread: 4, mentions: 2 });
assert.equal(recounts, 1);
marker(6);
assert.deepEqual(unread.room('den'), { unread: 1, mentions: 0 });
assert.equal(unread.read({ room: 'den' }, 8), true); // here, not confirmed yet
assert.equal(unread.read({ room: 'den' }, 8), false);
unread.receive(den({ seq: 8, unread: 1, read_seq: 6 })); // counted before the server knew
assert.deepEqual(unread.room('den'), { unread: 0, mentions: 0 });
unread.distrust({ room: 'den' }); // it refused
unread.receive(den({ seq: 8, unread: 1, read_seq: 6 }));
assert.deepEqual(unread.room('den'), { unread: 1, mentions: 0 });
recounts = 0;
said(1, { epoch: 'b' }); // another log
marker(9, 'a');
assert.equal(recounts, 2);
unread.receive({ type: 'room_joined', room: 'attic', epoch: 'x', seq: 0 }); // nothing to count
assert.equal(recounts, 2);
unread.receive({ type: 'room_joined', room: 'cellar', epoch: 'y', seq: 1 });
assert.equal(recounts, 3);
for (const name of ['none', 'cellar']) { // a count without the room does not count it
  unread.receive({ type: 'my_rooms', rooms: name === 'cellar' ? [{ name, epoch: 'y', seq: 1, unread: 1 }] : [] });
  unread.receive({ type: 'room_joined', room: 'cellar', epoch: 'y', seq: 1, recovered: true });
  assert.equal(recounts, 4);
}
for (let seq = 1; seq <= 2_500; seq++) unread.receive({ type: 'chat_message', room: 'attic', username: 'bob', text: '', epoch: 'x', seq });
assert.equal(unread.room('attic').unread, 2_500);
assert.equal(unread.read({ room: 'attic' }, 2_400), true);
assert.equal(unread.room('attic').unread, 100);

// A count that the server began before another device moved the marker is repeated, once.
recounts = 0;
const behind = new Unread({ user: 'alice', emit: () => {}, recount: () => recounts++ });
behind.receive(den({ seq: 5 }));
behind.receive({ type: 'read_marker', room: 'den', seq: 3, epoch: 'a' });
assert.equal(recounts, 0);
behind.receive(den({ seq: 6, unread: 2, read_seq: 1 }));
assert.equal(recounts, 1);
behind.receive(den({ seq: 6, read_seq: 3 }));
assert.equal(recounts, 1);
assert.equal(behind.room('den').unread, 0);
behind.receive({ type: 'read_marker', room: 'den', seq: 5, epoch: 'a' });
behind.receive(den({ seq: 6, unread: 2, read_seq: 1 })); // the store has lost the marker
behind.receive(den({ seq: 6, unread: 2, read_seq: 1 }));
assert.equal(recounts, 2);
behind.receive({ type: 'read_marker', room: 'garage', seq: 5, epoch: 'g' }); // its row may be on the way
assert.equal(recounts, 2);
behind.receive({ type: 'my_rooms', rooms: [{ name: 'garage', epoch: 'g', seq: 6, unread: 2, mentions: 0, read_seq: 1 }] });
assert.equal(recounts, 3);

// In private: by author, up to a position in the user's log.
const wrote = (seq, from, more = {}) => unread.receive({ type: 'private_message', from_username: from, epoch: 'i', seq, ...more });
wrote(1, 'bob');
unread.receive({ ...den({ seq: 0, epoch: 'b' }), conversations: [{ username: 'bob', unread: 1 }], inbox_seq: 1, inbox_epoch: 'i' });
wrote(2, 'bob');
wrote(3, 'carol');
wrote(4, 'alice'); // to herself
assert.deepEqual(['bob', 'carol', 'alice'].map((name) => unread.person(name).unread), [2, 1, 0]);
unread.receive({ type: 'read_marker', username: 'bob', seq: 2, epoch: 'i' });
assert.deepEqual(['bob', 'carol'].map((name) => unread.person(name).unread), [0, 1]);
wrote(undefined, 'dave', { server: true }); // in no log
assert.equal(unread.person('dave').unread, 1);
unread.read({ username: 'dave' }, 0);
assert.equal(unread.person('dave').unread, 0);
assert.deepEqual(changes.at(-1), { username: 'dave', unread: 0, mentions: 0 });

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
for (const code of [1000, 1003, 1008, 1009, 4401, 4403]) assert.equal((await down(code)).final, true, code);
for (const code of [1001, 1002, 1006, 1007, 1011, 1012, 1013, 4408, 4409, 4410]) assert.equal((await down(code)).final, false, code);

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
