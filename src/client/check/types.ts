// Uses the declarations as a program would. TypeScript checks it; it is not run.
import { AgentCoreClient, ChatError, mentions, newId } from 'agentcore-client';
import type { ChatMessage, Events, InboxEntry, Place, RequestData, ServerEvents, State } from 'agentcore-client';

const client = new AgentCoreClient({ url: 'ws://localhost:8000', user: 'alice', token: async () => 'token', WebSocket });
const remove: () => void = client.on('chat_message', ({ room, text, seq }) => console.log(room.trim(), text.trim(), seq + 1));
client.on('state', ({ state, retryIn }) => console.log(state satisfies State, retryIn?.toFixed()));
client.on('unread', (change) => console.log(change.room ?? change.username.trim(), change.unread + change.mentions));
client.on('typing', (event: Place & { users: string[] }) => event.users.map((user) => user.trim()));
client.on('error', ({ error_code, retry_after }) => console.log(error_code, retry_after?.toFixed()));
client.on('an event of my own', (event) => console.log(event.anything));
remove();

export async function use(): Promise<number> {
  const { rooms } = await client.connect();
  const { duplicate, seq } = await client.send(rooms[0] ?? 'lobby', 'Hello!', { id: newId() });
  const { messages, more } = await client.history('lobby', { limit: 10, before: seq });
  const texts: string[] = messages.map((message: ChatMessage) => message.text);
  const { users } = await client.request('get_room_users', { room: 'lobby' });
  const entries: InboxEntry[] = (await client.inbox()).messages;
  for (const entry of entries) if (entry.type === 'private_message') console.log(entry.text);
  const answer = await client.request('a request of my own', { any: 'data' });
  const lastSeen = (await client.status('bob')).last_seen;
  try {
    await client.join('garden', { epoch: 'e', since: 3 });
  } catch (error) {
    if (error instanceof ChatError && error.code === 'ROOM_NOT_FOUND') console.log(error.retryAfter, error.closeCode);
  }
  const data: RequestData['join_rooms'] = { rooms: [{ room: 'den', epoch: 'e', since: 1 }] };
  const joined: ServerEvents['rooms_joined'] = await client.request('join_rooms', data);
  const all: keyof Events = 'gap';
  console.log(duplicate, more, texts, users[0]?.status, answer, lastSeen?.toFixed(), joined.failed, all, mentions('@bob', 'bob'));

  // @ts-expect-error a room has a name
  await client.send(1, 'Hello!');
  // @ts-expect-error a message has no such field
  client.on('chat_message', (message) => message.body);
  // @ts-expect-error the state is the client's
  client.state = 'online';
  // @ts-expect-error a client needs a user
  new AgentCoreClient({ url: 'ws://localhost:8000' });
  return client.unread('lobby').unread;
}
