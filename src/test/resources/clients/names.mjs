// Names, ids and texts that the server normalises or refuses, against a real server.
import assert from 'node:assert/strict';
import { AgentCoreClient } from './agentcore-client.js';

const url = process.argv[2];
const HALF = '\ud83d';
const FACE = '\ud83d\ude00';

for (const user of [HALF, `a${HALF}`, 'a/b', '\u0085']) {
  assert.throws(() => new AgentCoreClient({ url, user }), { code: 'VALIDATION_FAILED' }, JSON.stringify(user));
}
for (const room of [HALF, ' ', '\u0085', 'a\u0007', 'x'.repeat(51), undefined, 7]) {
  assert.throws(() => new AgentCoreClient({ url, user: 'a', rooms: [room] }), { name: 'ChatError' }, JSON.stringify(room));
}

const client = new AgentCoreClient({ url, user: '\u0085 alice \u00a0', rooms: ['lobby \u2003'] });
assert.equal(client.user, 'alice');
const welcome = await client.connect();
assert.equal(welcome.username, 'alice');
assert.deepEqual(client.rooms(), ['lobby']);

// White space around a room name is ignored, and the server's form of the name works too.
const created = await client.create(`\u0085 den${FACE} \u3000`);
assert.equal(created.room, `den${FACE}`);
assert.equal((await client.send(`den${FACE}\u2029`, 'Hello')).room, `den${FACE}`);
assert.equal(client.info(` den${FACE}`).room, `den${FACE}`);
assert.equal((await client.join(` den${FACE} `)).room, `den${FACE}`);
assert.equal((await client.leave(` den${FACE} `)).room, `den${FACE}`);
assert.deepEqual(client.rooms(), ['lobby']);

// The server does not trim U+FEFF and counts code points, not UTF-16 units.
assert.equal((await client.create('\ufeffx\ufeff')).room, '\ufeffx\ufeff');
assert.equal((await client.send('\ufeffx\ufeff', 'Hello')).room, '\ufeffx\ufeff');
const long = FACE.repeat(50);
assert.equal((await client.create(long)).room, long);

// The client refuses what the server would refuse, with the same code and without asking it.
let asked = 0;
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (text) {
  asked++;
  return send.call(this, text);
};
for (const [room, code] of [['', 'VALIDATION_FAILED'], ['x'.repeat(51), 'VALIDATION_FAILED'], [`x${HALF}`, 'INVALID_MESSAGE_FORMAT'], ['a\u0007', 'INVALID_MESSAGE_FORMAT'], [null, 'INVALID_MESSAGE_FORMAT']]) {
  for (const call of ['join', 'leave', 'create', 'send']) await assert.rejects(client[call](room, 'text'), { code }, `${call} ${room}`);
}
for (const id of ['', HALF, 'x'.repeat(65), 7]) await assert.rejects(client.send('lobby', 'text', { id }), { code: 'INVALID_MESSAGE_FORMAT' });
assert.equal(asked, 0);

// A lone surrogate in a text is replaced, as browsers do; a pair is kept.
const received = new Promise((go) => client.on('chat_message', ({ text }) => text.startsWith('half') && go(text)));
await client.send('lobby', `half ${HALF} ${FACE} ${FACE[1]}`, { id: FACE.repeat(64) });
assert.equal(await received, `half \ufffd ${FACE} \ufffd`);

// A value that JSON cannot represent fails alone; later messages are sent.
const circle = {};
circle.circle = circle;
const broken = { toJSON: () => assert.fail('broken') };
for (const data of [7n, circle, broken]) {
  await assert.rejects(client.send('lobby', data), { code: 'INVALID_MESSAGE_FORMAT' });
  await assert.rejects(client.history('lobby', { before: data }), { code: 'INVALID_MESSAGE_FORMAT' });
  await assert.rejects(client.sendPrivate('alice', data), { code: 'INVALID_MESSAGE_FORMAT' });
}
const together = [client.send('lobby', 7n), client.send('lobby', 'after it')];
await assert.rejects(together[0], { code: 'INVALID_MESSAGE_FORMAT' });
assert.equal((await together[1]).room, 'lobby');
client.close();
await assert.rejects(client.send('lobby', 'too late'), { code: 'CLOSED' });
await assert.rejects(client.listRooms(), { code: 'CLOSED' });
process.exit(0);
