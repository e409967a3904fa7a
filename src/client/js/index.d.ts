// The client of the AgentCore protocol. src/docs/client.md describes its guarantees and states.

import type * as protocol from './protocol.js';

export * from './protocol.js';

/** The codes of a ChatError: the server's, and those of the client itself. */
export type ChatErrorCode =
  | protocol.ErrorCode
  | 'NOT_CONNECTED'
  | 'CONNECTION_LOST'
  | 'TIMEOUT'
  | 'GAVE_UP'
  | 'CLOSED'
  | (string & {});

/** The error with which the promises of the client reject. */
export class ChatError extends Error {
  constructor(
    code: ChatErrorCode,
    message: string,
    more?: { retryable?: boolean; retryAfter?: number; closeCode?: number },
  );
  readonly code: ChatErrorCode;
  readonly retryable: boolean;
  /** In milliseconds. */
  readonly retryAfter?: number;
  /** With CLOSED, the close code of the server. */
  readonly closeCode?: number;
}

export type State = 'connecting' | 'online' | 'waiting' | 'closed';

/** `code` and `reason` say why a connection ended. `retryIn` is in milliseconds. */
export interface StateChange {
  state: State;
  code?: number;
  reason?: string;
  retryIn?: number;
}

/** A room, or a private conversation with a user. */
export type Place = { room: string; username?: undefined } | { room?: undefined; username: string };

/** How many messages of others the user has not read on any device. */
export interface UnreadCount {
  unread: number;
  mentions: number;
}

/** The events of the client, in addition to those of the server. */
export interface ClientEvents {
  state: StateChange;
  /** Messages of this room may be missing before the next one; read the history. */
  gap: { room: string; reason: string };
  /** Entries of the user's log may be missing before the next one; read it with `inbox`. */
  inbox_gap: { reason: string };
  /** The client is no longer in this room, although it did not leave. */
  room_lost: { room: string; reason: string; info: protocol.RoomInfo | null };
  typing: Place & { users: string[] };
  unread: Place & UnreadCount;
}

export type Events = protocol.ServerEvents & ClientEvents;

/** The reply that completes each request. */
export interface Replies {
  chat_message: protocol.Ack;
  join_room: protocol.RoomInfo;
  leave_room: protocol.RoomLeft;
  create_room: protocol.RoomInfo;
  list_rooms: protocol.RoomsList;
  get_room_users: protocol.RoomUsers;
  get_message_history: protocol.MessageHistory;
  private_message: protocol.PrivateMessageSent;
  get_inbox: protocol.Inbox;
  resume_inbox: protocol.InboxResumed;
  get_user_status: protocol.UserStatus;
  invite_user: protocol.UserInvited;
  remove_user: protocol.UserRemoved;
  ping: protocol.Pong;
  join_rooms: protocol.RoomsJoined;
  my_rooms: protocol.MyRooms;
  mark_read: protocol.ReadMarker;
  block_user: protocol.UserBlocked;
  unblock_user: protocol.UserUnblocked;
  blocked_users: protocol.BlockedUsers;
}

/** The part of a WebSocket that the client uses. */
export interface Socket {
  readonly readyState: number;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** In milliseconds. */
export interface Times {
  /** The maximum of the first delay before a reconnect; it doubles with each failure. */
  firstBackOff: number;
  /** The same after the server asked to come back later. */
  laterBackOff: number;
  maxBackOff: number;
  /** From the beginning of an attempt until `welcome`. */
  connect: number;
  /** Without a frame from the server, until the client sends a ping. */
  silence: number;
  /** Until the answer to the ping. */
  answer: number;
}

export interface Options {
  /** The server, as ws://HOST:PORT or wss://...; a path before /ws is kept. */
  url: string;
  user: string;
  /** A function is called before each attempt. */
  token?: string | (() => string | Promise<string>);
  /** Rooms to join at the start, in addition to the user's rooms and the default room. */
  rooms?: string[];
  times?: Partial<Times>;
  /** Receives what a listener throws. */
  report?: (error: unknown) => void;
  /** For environments without a global WebSocket, such as Node 20. */
  WebSocket?: new (url: string, protocols: string[]) => Socket;
}

/** The position of the last message seen in a room. */
export interface LastSeen {
  epoch?: string;
  since?: number;
  message_id?: string;
}

/**
 * A user's connection to the chat, which reconnects by itself. All promises reject with a ChatError.
 */
export class AgentCoreClient {
  /** @throws ChatError if the user id or a room name is invalid */
  constructor(options: Options);

  readonly user: string;
  readonly state: State;
  /** The name of the current connection: the `user_id` of this client's frames. */
  readonly channel: string;

  /** Calls `listener` with every event of a type. Returns a function that removes the listener. */
  on<T extends keyof Events>(type: T, listener: (event: Events[T]) => unknown): () => void;
  /** For the events of servers that a program has extended. */
  on(type: string, listener: (event: any) => unknown): () => void;

  /** Connects, and stays connected until `close`. Resolves with the first `welcome`. */
  connect(): Promise<protocol.Welcome>;
  /** Closes the connection and stops reconnecting. */
  close(): void;
  /** Tries to connect now, if the client waits for the next attempt. */
  hurry(): void;

  /** Sends any request. Resolves with its last reply. */
  request<T extends keyof Replies>(type: T, data?: protocol.RequestData[T]): Promise<Replies[T]>;
  /** For the requests of servers that a program has extended. */
  request(type: string, data?: object): Promise<any>;

  /** Sends a message exactly once, in the order of the calls. After GAVE_UP call again with the same id. */
  send(room: string, text: string, options?: { id?: string }): Promise<protocol.Ack>;
  /** Sends a private message exactly once, in the order of the calls. */
  sendPrivate(user: string, text: string, options?: { id?: string }): Promise<protocol.PrivateMessageSent>;

  /** Joins a room, or resumes it from a position. */
  join(room: string, lastSeen?: LastSeen): Promise<protocol.RoomInfo>;
  create(room: string, isPublic?: boolean): Promise<protocol.RoomInfo>;
  leave(room: string): Promise<protocol.RoomLeft>;
  invite(room: string, user: string): Promise<protocol.UserInvited>;
  remove(room: string, user: string): Promise<protocol.UserRemoved>;

  /** The names of the rooms that the client is in or rejoins. */
  rooms(): string[];
  /** The last `room_info` of a room that the client is in or rejoins. */
  info(room: string): protocol.RoomInfo | null;
  listRooms(): Promise<protocol.RoomsList>;
  myRooms(): Promise<protocol.MyRooms>;
  users(room: string): Promise<protocol.RoomUsers>;
  status(user: string): Promise<protocol.UserStatus>;
  /** The newest messages of a room, or those before a seq. */
  history(room: string, options?: { limit?: number; before?: number }): Promise<protocol.MessageHistory>;
  /** The newest entries of the user's log, or those before a seq. */
  inbox(options?: { limit?: number; before?: number }): Promise<protocol.Inbox>;

  unread(room: string): UnreadCount;
  unreadFrom(user: string): UnreadCount;
  /** Notes that the user has read a room up to a message. */
  markRead(room: string, seq: number): void;
  markPrivateRead(user: string, seq: number): void;

  /** Call it on every key press; the client sends at most one event in 3 s. */
  typing(room: string): void;
  stopTyping(room: string): void;
  typingTo(user: string): void;
  stopTypingTo(user: string): void;

  block(user: string): Promise<protocol.UserBlocked>;
  unblock(user: string): Promise<protocol.UserUnblocked>;
  blockedUsers(): Promise<protocol.BlockedUsers>;

  /** Whether a `user_id` belongs to this client, now or before a reconnect. */
  isOwnChannel(channel: string): boolean;
}

/** Whether a text mentions a user, by the server's rule. */
export function mentions(text: string, user: string): boolean;
/** A unique id for a message. */
export function newId(): string;
/** A sentence that says what is wrong with a user id, or an empty string. */
export function problemWithUser(user: string): string;
/** Trims white space as the server does. */
export function trim(text: string): string;
