// The chat on Bun: a client is the data of its WebSocket, and each room is a topic.
import chat, { PORT, CERTIFICATE_FILE, KEY_FILE, listening } from "./chat.js";

const { open, message, close } = chat({
  send: (client, data) => client.socket.send(data),
  enter: (client, room) => client.socket.subscribe(room.name),
  broadcast(room, data, except) {
    // A socket publishes to the other subscribers; one that is closed no longer subscribes.
    const publisher = except && room.members.has(except) ? except.socket : server;
    publisher.publish(room.name, data);
  },
});

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(PORT),
  tls: KEY_FILE && { key: Bun.file(KEY_FILE), cert: Bun.file(CERTIFICATE_FILE) },
  fetch: (request, server) =>
    server.upgrade(request, { data: { url: request.url } }) ? undefined : new Response("", { status: 400 }),
  websocket: {
    maxPayloadLength: 1024 * 1024,
    open(socket) {
      socket.data.socket = socket;
      open(socket.data, socket.data.url);
    },
    message: (socket, data) => message(socket.data, data),
    close: (socket) => close(socket.data),
  },
});
listening("Bun", server.port);
