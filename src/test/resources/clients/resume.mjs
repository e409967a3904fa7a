// Runs the page's client library; prints the events it receives and executes commands from standard
// input.
import { createInterface } from 'node:readline';

const { AgentCoreClient } = await import(process.argv[2]);
const times = { firstBackOff: 50, maxBackOff: 200, connect: 5_000, silence: 2_000, answer: 5_000 };
const client = new AgentCoreClient({ url: process.argv[3], user: 'alice', times });
client.on('chat_message', ({ room, text }) => console.log(`message ${room} ${text}`));
client.on('private_message', ({ from_username: from, text }) => console.log(`private ${from} ${text}`));
client.on('inbox_gap', ({ reason }) => console.log(`gap inbox ${reason}`));
client.on('gap', ({ room, reason }) => console.log(`gap ${room} ${reason}`));
client.on('room_lost', ({ room, reason }) => console.log(`lost ${room} ${reason}`));
client.on('typing', ({ room, users }) => console.log(`typing ${room} ${users}`));
client.on('state', ({ state }) => console.log(state));
await client.connect();
await client.create('den');
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [command, room, ...words] = line.split(' ');
  if (command === 'type') for (let i = 0; i < 20; i++) client.typing(room);
  if (command === 'tell') {
    const text = words.join(' ');
    client.sendPrivate(room, text).then(
      ({ duplicate = false }) => console.log(`sent ${text} ${duplicate}`),
      (error) => console.log(`failed ${text} ${error.code}`),
    );
  }
  if (command === 'say') {
    const text = words.join(' ');
    client.send(room, text).then(
      (ack) => console.log(`ack ${text} ${ack.duplicate}`),
      (error) => console.log(`failed ${text} ${error.code}`),
    );
  }
}
client.close();
