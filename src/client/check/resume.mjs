// A client joins, sends, loses its connection, and resumes: nothing is lost. Runs in Node, Deno and Bun.
import { AgentCoreClient, newId } from 'agentcore-client';

const [url] = globalThis.Deno?.args ?? process.argv.slice(2);
const room = `room ${newId()}`;
const received = [];
const sockets = [];

class Recorded extends WebSocket {
  constructor(...where) {
    super(...where);
    sockets.push(this);
  }
}

/** Resolves when the condition holds. */
function until(client, type, condition) {
  return new Promise((resolve) => {
    const check = (event) => condition(event) && resolve();
    client.on(type, check);
    check({});
  });
}

const bob = new AgentCoreClient({ url, user: `bob ${newId()}` });
await bob.connect();
await bob.create(room);
const alice = new AgentCoreClient({ url, user: `alice ${newId()}`, times: { firstBackOff: 100 }, WebSocket: Recorded });
alice.on('chat_message', (message) => message.room === room && received.push(message.text));
alice.on('gap', () => received.push('a gap'));
await alice.connect();
await alice.join(room);
await alice.send(room, 'one');

const waiting = until(alice, 'state', ({ state }) => state === 'waiting');
sockets.at(-1).close(4000);
await waiting;
await bob.send(room, 'two');
await alice.send(room, 'three');
await until(alice, 'chat_message', () => received.length >= 3);

const program = globalThis.Deno ? 'Deno' : globalThis.Bun ? 'Bun' : 'Node';
if (received.join() !== 'one,two,three') throw new Error(`${program}: ${received}`);
console.log(`client: resumes in ${program}`);
alice.close();
bob.close();
