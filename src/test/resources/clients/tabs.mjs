// Five tabs of one user in 99 rooms each, cut repeatedly, against a model server with its default
// rate limit and simulated time. All must end up online and in all rooms, without being closed for
// flooding.
import assert from 'node:assert/strict';
import { FakeServer } from './fake-server.mjs';
import { socketsOf } from './fake-socket.mjs';
import { FakeTime, random } from './fake-time.mjs';

const [tabs, count, cuts, seed] = process.argv.slice(2).map(Number);
const time = new FakeTime();
const { AgentCoreClient } = await import('./agentcore-client.js');
time.install(seed);
const faults = {
  keep: 1000, away: 0, stuck: 0, refusedJoin: 0, refusedConnect: 0, hangingConnect: 0, burst: 150, perSecond: 100 / 60,
};
const server = new FakeServer(time, random(seed), faults);
globalThis.WebSocket = socketsOf(server, time);
const rooms = Array.from({ length: count }, (_, i) => `r${i}`);
rooms.forEach((room) => server.room(room));
const clients = Array.from({ length: tabs }, () => new AgentCoreClient({ url: 'ws://model', user: 'alice', rooms }));
const states = clients.map(() => []);
clients.forEach((client, i) => client.on('state', ({ state, code }) => states[i].push(`${state} ${code ?? ''}`)));
const gaps = [];
clients.forEach((client) => client.on('gap', ({ room }) => gaps.push(room)));
const isBack = () =>
  server.connections.size === tabs && [...server.connections].every(({ places }) => places.size === count + 1);

const connected = clients.map((client) => client.connect());
for (let cut = 0; cut < cuts; cut++) {
  await time.turn(20_000);
  server.cut('cut', 1006);
}
await Promise.all([time.turn(1_000), ...connected]);
// While the tabs rejoin, requests of the user still work if the rate limit permits them in time.
const sent = clients[0].send('lobby', 'Hello!');
const joined = clients[1].join(rooms.at(-1)).catch(({ code }) => ({ room: code }));
const listed = clients[2].listRooms().then(({ type }) => type, ({ code }) => code);
await time.turn(60_000);
assert.equal((await sent).duplicate, false);
assert.ok([rooms.at(-1), 'RATE_LIMIT_EXCEEDED'].includes((await joined).room), (await joined).room);
assert.ok(['rooms_list', 'RATE_LIMIT_EXCEEDED'].includes(await listed), await listed);
let minutes = 1;
while (!isBack() && minutes++ < 30) await time.turn(60_000);
assert.equal(server.closedForFlooding, false, 'closed for flooding');
assert.deepEqual(clients.map(({ state }) => state), clients.map(() => 'online'), JSON.stringify(states));
assert.ok(isBack(), `not back in all rooms: ${[...server.connections].map(({ places }) => places.size)}`);
assert.deepEqual(gaps, []);
console.log(`${tabs} tabs back in ${count} rooms each within ${minutes} minutes; at most ${server.mostRefusals} refusals in a row; ${(await joined).room} ${await listed}`);
process.exit(0);
