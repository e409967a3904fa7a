// The frames of the protocol, as src/docs/asyncapi.json describes them. A test compares the two, field by field.
// Times are seconds since 1970; `seq` and `epoch` are a position in a log.

/** An entry of the user's log. */
export type InboxEntry = PrivateMessage | PrivateMessageSent | RoomInvitation | RoomRemoval;

/** A row of `rooms_list`. */
export interface Room {
  name: string;
  user_count: number;
  created_by: string;
  is_public: boolean;
}

/** A row of `room_users`. */
export interface Member {
  user_id: string;
  username: string;
  status: 'online';
}

/** The codes of this server. Programs built on the library may add some. */
export type ErrorCode =
  | 'INVALID_JSON'
  | 'INVALID_MESSAGE_FORMAT'
  | 'MISSING_MESSAGE_TYPE'
  | 'UNKNOWN_MESSAGE_TYPE'
  | 'VALIDATION_FAILED'
  | 'ROOM_NOT_FOUND'
  | 'ROOM_EXISTS'
  | 'NOT_IN_ROOM'
  | 'NOT_ALLOWED'
  | 'USER_NOT_FOUND'
  | 'LIMIT_EXCEEDED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'BACKEND_UNAVAILABLE'
  | 'INTERNAL_ERROR';

/** A room in `my_rooms`. */
export interface MyRoom {
  name: string;
  created_by: string;
  is_public: boolean;
  seq: number;
  epoch: string;
  unread: number;
  mentions: number;
  read_seq?: number;
  last_message: number | null;
}

/** A private conversation in `my_rooms`. */
export interface Conversation {
  username: string;
  unread: number;
  read_seq?: number;
}

/** An open invitation in `my_rooms`. */
export interface Invitation {
  room: string;
  from_username: string;
}

/** A room in `rooms_joined` that could not be joined. */
export interface FailedJoin {
  room: string;
  error_code: ErrorCode;
  message: string;
}

/** The first frame of every connection. */
export interface Welcome {
  type: 'welcome';
  message: string;
  user_id: string;
  username: string;
  rooms: string[];
  seq?: number;
  epoch?: string;
  recovered?: boolean;
  inbox_seq?: number;
  inbox_epoch?: string;
  timestamp: number;
}

/** A message in a room, sent to all its members. */
export interface ChatMessage {
  type: 'chat_message';
  user_id: string;
  username: string;
  room: string;
  text: string;
  server?: true;
  seq: number;
  epoch: string;
  message_id: string;
  timestamp: number;
}

/** The chat message with this id is in the log. */
export interface Ack {
  type: 'ack';
  id: string;
  room: string;
  seq: number;
  epoch: string;
  message_id: string;
  duplicate: boolean;
  timestamp: number;
}

/** Reply: the room was created. */
export interface RoomCreated {
  type: 'room_created';
  room: string;
  is_public: boolean;
  id?: string;
  timestamp: number;
}

/** Reply: the connection is in the room. */
export interface RoomJoined {
  type: 'room_joined';
  room: string;
  seq: number;
  epoch: string;
  recovered?: boolean;
  id?: string;
  timestamp: number;
}

/** Describes a room. Follows room_joined, and is sent to members after the link to the store was lost and restored. */
export interface RoomInfo {
  type: 'room_info';
  room: string;
  user_count: number;
  created_by: string;
  is_public: boolean;
  id?: string;
  timestamp: number;
}

/** Reply: the connection has left the room. No event of the room follows. */
export interface RoomLeft {
  type: 'room_left';
  room: string;
  id?: string;
  timestamp: number;
}

/**
 * The public rooms, and the private ones that the user created, joined or is invited to, sorted by name, at most
 * 1000.
 */
export interface RoomsList {
  type: 'rooms_list';
  rooms: Room[];
  more?: true;
  id?: string;
  timestamp: number;
}

/** The connections in a room, at most 1000. */
export interface RoomUsers {
  type: 'room_users';
  room: string;
  users: Member[];
  more?: true;
  id?: string;
  timestamp: number;
}

/** The newest messages of a room within the limit, oldest first. */
export interface MessageHistory {
  type: 'message_history';
  room: string;
  messages: ChatMessage[];
  seq: number;
  epoch: string;
  more?: true;
  id?: string;
  timestamp: number;
}

/** A private message to this user. */
export interface PrivateMessage {
  type: 'private_message';
  from_user_id: string;
  from_username: string;
  to_user_id: string;
  to_username: string;
  text: string;
  server?: true;
  seq: number;
  epoch: string;
  message_id: string;
  timestamp: number;
}

/** Reply: the private message is stored. Also an event, for the other connections of the sender. */
export interface PrivateMessageSent {
  type: 'private_message_sent';
  to_user_id: string;
  to_username: string;
  text: string;
  seq: number;
  epoch: string;
  message_id: string;
  duplicate?: boolean;
  id?: string;
  timestamp: number;
}

/** The newest entries of this user's log within the limit, oldest first. */
export interface Inbox {
  type: 'inbox';
  messages: InboxEntry[];
  seq: number;
  epoch: string;
  more?: true;
  id?: string;
  timestamp: number;
}

/** The entries of this user's log that the client missed follow, if they could be recovered. */
export interface InboxResumed {
  type: 'inbox_resumed';
  seq: number;
  epoch: string;
  recovered: boolean;
  id?: string;
  timestamp: number;
}

/** The entries of this user's log do not continue from the previous position. Some may be missing. */
export interface InboxReset {
  type: 'inbox_reset';
  seq: number;
  epoch: string;
  reason: 'rolled_back' | 'trimmed' | 'lost';
  timestamp: number;
}

/** A connection has joined a room. */
export interface UserJoinedRoom {
  type: 'user_joined_room';
  user_id: string;
  username: string;
  room: string;
  timestamp: number;
}

/** A connection has left a room. */
export interface UserLeftRoom {
  type: 'user_left_room';
  user_id: string;
  username: string;
  room: string;
  timestamp: number;
}

/** A connection has ended. Sent once for each of its rooms. */
export interface UserLeft {
  type: 'user_left';
  user_id: string;
  username: string;
  room: string;
  timestamp: number;
}

/** A user started typing in a room or to you. */
export interface UserTypingStart {
  type: 'user_typing_start';
  user_id: string;
  username: string;
  room?: string;
  to_user_id?: string;
  to_username?: string;
  timestamp: number;
}

/** A user stopped typing in a room or to you. */
export interface UserTypingStop {
  type: 'user_typing_stop';
  user_id: string;
  username: string;
  room?: string;
  to_user_id?: string;
  to_username?: string;
  timestamp: number;
}

/** The creator of a room removed a connection from it. */
export interface UserRemoved {
  type: 'user_removed';
  room: string;
  user_id: string;
  username: string;
  id?: string;
  timestamp: number;
}

/** Reply: the user was invited. */
export interface UserInvited {
  type: 'user_invited';
  room: string;
  to_username: string;
  id?: string;
  timestamp: number;
}

/** This user was invited to a room. */
export interface RoomInvitation {
  type: 'room_invitation';
  room: string;
  from_username: string;
  seq: number;
  epoch: string;
  message_id: string;
  timestamp: number;
}

/** This user was removed from a room, with all connections. */
export interface RoomRemoval {
  type: 'room_removal';
  room: string;
  from_username: string;
  seq: number;
  epoch: string;
  message_id: string;
  server?: true;
  timestamp: number;
}

/** Whether a user is online. */
export interface UserStatus {
  type: 'user_status';
  username: string;
  status: 'online' | 'offline';
  connections: number;
  last_seen: number | null;
  id?: string;
  timestamp: number;
}

/** The room's messages do not continue from the previous position. Some may be missing. */
export interface RoomReset {
  type: 'room_reset';
  room: string;
  seq: number;
  epoch: string;
  reason: 'rolled_back' | 'trimmed' | 'lost';
  timestamp: number;
}

/** The reply to a ping. */
export interface Pong {
  type: 'pong';
  id?: string;
  timestamp: number;
}

/** A request was refused; the connection stays open. */
export interface ServerError {
  type: 'error';
  message: string;
  message_type: string;
  error_code: ErrorCode;
  retryable: boolean;
  retry_after?: number;
  id?: string;
  timestamp: number;
}

/** The end of the replies to join_rooms. */
export interface RoomsJoined {
  type: 'rooms_joined';
  rooms: string[];
  failed: FailedJoin[];
  id?: string;
  timestamp: number;
}

/** The rooms of the user, the private conversations with unread messages, and the open invitations. */
export interface MyRooms {
  type: 'my_rooms';
  rooms: MyRoom[];
  conversations: Conversation[];
  inbox_seq?: number;
  inbox_epoch?: string;
  invitations: Invitation[];
  id?: string;
  timestamp: number;
}

/** The user joined a room on another device. */
export interface MyRoomJoined {
  type: 'my_room_joined';
  room: string;
  timestamp: number;
}

/** The user left a room on another device. */
export interface MyRoomLeft {
  type: 'my_room_left';
  room: string;
  timestamp: number;
}

/** How far the user has read, of a room or of the private messages of another user. */
export interface ReadMarker {
  type: 'read_marker';
  room?: string;
  username?: string;
  seq: number;
  epoch: string;
  id?: string;
  timestamp: number;
}

/** How far another user has read. Only with READ_RECEIPTS. */
export interface UserRead {
  type: 'user_read';
  user_id?: string;
  username: string;
  room?: string;
  seq?: number;
  to_username?: string;
  unread?: number;
  timestamp: number;
}

/** The user has blocked another user. */
export interface UserBlocked {
  type: 'user_blocked';
  username: string;
  id?: string;
  timestamp: number;
}

/** The user has ended the blocking of another user. */
export interface UserUnblocked {
  type: 'user_unblocked';
  username: string;
  id?: string;
  timestamp: number;
}

/** The users whom this one has blocked, sorted. */
export interface BlockedUsers {
  type: 'blocked_users';
  users: string[];
  id?: string;
  timestamp: number;
}

/** The events of the server, by `type`. */
export interface ServerEvents {
  welcome: Welcome;
  chat_message: ChatMessage;
  ack: Ack;
  room_created: RoomCreated;
  room_joined: RoomJoined;
  room_info: RoomInfo;
  room_left: RoomLeft;
  rooms_list: RoomsList;
  room_users: RoomUsers;
  message_history: MessageHistory;
  private_message: PrivateMessage;
  private_message_sent: PrivateMessageSent;
  inbox: Inbox;
  inbox_resumed: InboxResumed;
  inbox_reset: InboxReset;
  user_joined_room: UserJoinedRoom;
  user_left_room: UserLeftRoom;
  user_left: UserLeft;
  user_typing_start: UserTypingStart;
  user_typing_stop: UserTypingStop;
  user_removed: UserRemoved;
  user_invited: UserInvited;
  room_invitation: RoomInvitation;
  room_removal: RoomRemoval;
  user_status: UserStatus;
  room_reset: RoomReset;
  pong: Pong;
  error: ServerError;
  rooms_joined: RoomsJoined;
  my_rooms: MyRooms;
  my_room_joined: MyRoomJoined;
  my_room_left: MyRoomLeft;
  read_marker: ReadMarker;
  user_read: UserRead;
  user_blocked: UserBlocked;
  user_unblocked: UserUnblocked;
  blocked_users: BlockedUsers;
}

/** The `data` of the requests, by `type`. */
export interface RequestData {
  chat_message: { room: string; text: string };
  join_room: { room: string; epoch?: string; since?: number; message_id?: string };
  leave_room: { room: string };
  create_room: { room_name: string; is_public?: boolean };
  list_rooms: {};
  get_room_users: { room: string };
  get_message_history: { room: string; limit?: number; before?: number };
  private_message: { target_user_id: string; text: string };
  get_inbox: { limit?: number; before?: number };
  resume_inbox: { epoch?: string; since: number; message_id?: string };
  get_user_status: { target_user_id: string };
  typing_start: { room?: string; target_user_id?: string };
  typing_stop: { room?: string; target_user_id?: string };
  invite_user: { room: string; target_user_id: string };
  remove_user: { room: string; target_user_id: string };
  ping: {};
  pong: {};
  join_rooms: { rooms: { room: string; epoch?: string; since?: number; message_id?: string }[] };
  my_rooms: {};
  mark_read: { room?: string; target_user_id?: string; seq: number };
  block_user: { target_user_id: string };
  unblock_user: { target_user_id: string };
  blocked_users: {};
}
