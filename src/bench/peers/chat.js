// A minimal chat with rooms, seq and the last 1000 messages of each room. node.js and bun.js serve it.
// It does less than AgentCore: no validation of names, no limits, no idempotency, no resume, no heartbeat.
import { randomUUID } from "node:crypto";

const HISTORY_SIZE = 1000;
const PRESENCE_EVENTS_LIMIT = 100;

const now = () => Date.now() / 1000;
const text = (event) => JSON.stringify({ ...event, timestamp: now() });

// The port and, for wss, the files with the key and the certificate.
export const { PORT = "0", KEY_FILE, CERTIFICATE_FILE } = process.env;

export const listening = (name, port) =>
  console.log(`${name} listening on ${KEY_FILE ? "wss" : "ws"}://127.0.0.1:${port}`);

// A server's part:
//   send(client, data)              sends to one client
//   enter(client, room)             makes the client receive what is broadcast to the room
//   broadcast(room, data, except)   sends to all members of a room; except may be undefined
export default function chat({ send: sendText, enter: enterRoom, broadcast: broadcastText }) {
  const rooms = new Map();
  const send = (client, event) => sendText(client, text(event));
  const broadcast = (room, event, except) => broadcastText(room, text(event), except);

  function presence(room, type, client) {
    if (room.members.size > PRESENCE_EVENTS_LIMIT) return;
    const { id: user_id, user: username } = client;
    broadcast(room, { type, user_id, username, room: room.name }, client);
  }

  function enter(client, room) {
    room.members.add(client);
    client.rooms.add(room);
    enterRoom(client, room);
    send(client, { type: "room_joined", room: room.name, seq: room.seq, epoch: room.epoch });
    send(client, {
      type: "room_info",
      room: room.name,
      user_count: room.members.size,
      created_by: room.createdBy,
      is_public: true,
    });
    presence(room, "user_joined_room", client);
  }

  function error(client, request, code, message) {
    send(client, { type: "error", message, message_type: request.type, error_code: code, retryable: false });
  }

  const handlers = {
    create_room(client, request) {
      const name = request.data.room_name;
      if (rooms.has(name)) return error(client, request, "ROOM_EXISTS", "Room already exists");
      const room = { name, createdBy: client.user, members: new Set(), epoch: randomUUID(), seq: 0, log: [] };
      rooms.set(name, room);
      send(client, { type: "room_created", room: name, is_public: true });
      enter(client, room);
    },

    join_room(client, request) {
      const room = rooms.get(request.data.room);
      if (!room) return error(client, request, "ROOM_NOT_FOUND", `Room not found: ${request.data.room}`);
      enter(client, room);
    },

    chat_message(client, request) {
      const room = rooms.get(request.data.room);
      if (!room?.members.has(client)) return error(client, request, "NOT_IN_ROOM", "Not in room");
      const event = {
        type: "chat_message",
        user_id: client.id,
        username: client.user,
        room: room.name,
        text: request.data.text.trim(),
        seq: ++room.seq,
        epoch: room.epoch,
        message_id: randomUUID(),
      };
      room.log.push(event);
      if (room.log.length > 2 * HISTORY_SIZE) room.log = room.log.slice(-HISTORY_SIZE);
      broadcast(room, event);
    },
  };

  return {
    // Adds fields to the client: user, id and rooms.
    open(client, url) {
      client.user = decodeURIComponent(url.split("/").at(-1));
      client.id = `${client.user}/${randomUUID()}`;
      client.rooms = new Set();
      send(client, { type: "welcome", user_id: client.id, username: client.user, rooms: [] });
    },

    message(client, data) {
      let message;
      try {
        message = JSON.parse(data);
      } catch {
        return error(client, { type: "error" }, "INVALID_JSON", "Invalid JSON format");
      }
      const handler = handlers[message.type];
      if (handler) handler(client, message);
      else error(client, message, "UNKNOWN_MESSAGE_TYPE", `Unknown message type: ${message.type}`);
    },

    close(client) {
      for (const room of client.rooms) {
        room.members.delete(client);
        presence(room, "user_left", client);
        if (room.members.size === 0) rooms.delete(room.name);
      }
    },
  };
}
