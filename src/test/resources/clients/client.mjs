// A conversation over Node's built-in WebSocket. Prints each received frame on a line, after the
// name of its receiver.
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
    request: (type, data, id) => socket.send(JSON.stringify({ type, data, id })),
    send: (raw) => socket.send(raw),
    close: () => socket.close(1000),
    receive: async (count) => {
      for (let i = 0; i < count; i++) console.log(`${user} ${await next()}`);
    },
  };
}

const alice = connect('alice');
await alice.receive(1);
const bob = connect('bob smith');
await bob.receive(1);
await alice.receive(1);
alice.request('create_room', { room_name: 'den' }, 'c');
await alice.receive(3);
bob.request('join_room', { room: 'den' });
await bob.receive(2);
await alice.receive(1);
alice.request('chat_message', { room: 'den', text: 'häh? 😀' });
await alice.receive(1);
await bob.receive(1);
bob.request('private_message', { target_user_id: 'alice', text: 'psst' }, 'p');
await bob.receive(1);
await alice.receive(1);
bob.request('get_message_history', { room: 'den' });
await bob.receive(1);
bob.request('chat_message', { room: 'den', text: 'x'.repeat(1001) }, 'e');
await bob.receive(1);
alice.close();
await alice.receive(1);
await bob.receive(2);
bob.send(new Uint8Array([1, 2, 3]));
await bob.receive(1);
