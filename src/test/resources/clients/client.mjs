// A conversation over the WebSocket that Node brings along. Prints who received what, a line for each frame.
const base = process.argv[2];

function connect(user) {
  const socket = new WebSocket(`${base}/ws/${encodeURIComponent(user)}`);
  const waiting = [];
  const readers = [];
  const arrived = (line) => (readers.length > 0 ? readers.shift()(line) : waiting.push(line));
  socket.onmessage = (event) => arrived(event.data);
  socket.onclose = (event) => arrived(`closed ${event.code}`);
  const next = () => new Promise((done) => (waiting.length > 0 ? done(waiting.shift()) : readers.push(done)));
  return {
    say: (type, data, id) => socket.send(JSON.stringify({ type, data, id })),
    send: (raw) => socket.send(raw),
    close: () => socket.close(1000),
    hear: async (count) => {
      for (let i = 0; i < count; i++) console.log(`${user} ${await next()}`);
    },
  };
}

const alice = connect('alice');
await alice.hear(1);
const bob = connect('bob smith');
await bob.hear(1);
await alice.hear(1);
alice.say('create_room', { room_name: 'den' }, 'c');
await alice.hear(3);
bob.say('join_room', { room: 'den' });
await bob.hear(2);
await alice.hear(1);
alice.say('chat_message', { room: 'den', text: 'häh? 😀' });
await alice.hear(1);
await bob.hear(1);
bob.say('private_message', { target_user_id: 'alice', text: 'psst' }, 'p');
await bob.hear(1);
await alice.hear(1);
bob.say('get_message_history', { room: 'den' });
await bob.hear(1);
bob.say('chat_message', { room: 'den', text: 'x'.repeat(1001) }, 'e');
await bob.hear(1);
alice.close();
await alice.hear(1);
await bob.hear(2);
bob.send(new Uint8Array([1, 2, 3]));
await bob.hear(1);
