// The chat on node and ws: a client is its WebSocket.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { WebSocketServer } from "ws";
import chat, { PORT, CERTIFICATE_FILE, KEY_FILE, listening } from "./chat.js";

const server = KEY_FILE
  ? createSecureServer({ key: readFileSync(KEY_FILE), cert: readFileSync(CERTIFICATE_FILE) })
  : createServer();
const sockets = new WebSocketServer({ server, maxPayload: 1024 * 1024 });

const { open, message, close } = chat({
  send: (client, data) => client.send(data),
  enter: () => {},
  broadcast(room, data, except) {
    for (const member of room.members) {
      if (member !== except) member.send(data);
    }
  },
});

sockets.on("connection", (client, request) => {
  open(client, request.url);
  client.on("message", (data) => message(client, data));
  client.on("close", () => close(client));
  client.on("error", () => client.terminate());
});

server.listen({ host: "127.0.0.1", port: Number(PORT), backlog: 4096 }, () =>
  listening("node ws", server.address().port),
);
