// What the page knows about rooms: their list, their creators and their members.

export class Directory {
  /** Public rooms and the user's private rooms, from `rooms_list`. */
  listed = [];

  #client;
  #room;
  #frames;

  /**
   * @param {object} client
   * @param {(name: string) => import('./conversation.js').Conversation | undefined} room a room that the user is in
   * @param {import('./frames.js').Frames} frames receives the conversation that has changed, 'list' or 'members'
   */
  constructor(client, room, frames) {
    this.#client = client;
    this.#room = room;
    this.#frames = frames;
    client.on('room_info', (info) => this.#describe(info.room, info));
    client.on('user_joined_room', ({ room: name, user_id: id, username }) => this.#member(name, (members) => members.set(id, username)));
    for (const type of ['user_left_room', 'user_left', 'user_removed']) {
      client.on(type, ({ room: name, user_id: id }) => this.#member(name, (members) => members.delete(id)));
    }
  }

  /** The public rooms that the user is not in. */
  get others() {
    return this.listed.filter(({ name, is_public: isPublic }) => isPublic && this.#room(name) === undefined);
  }

  /** Returns everything that can be opened by name: the given conversations, rooms to join, and people in the rooms. */
  candidates(conversations) {
    const all = [...conversations];
    const known = new Set([this.#client.user, ...all.filter(({ isRoom }) => !isRoom).map(({ name }) => name)]);
    const people = new Set(all.flatMap(({ members }) => [...(members?.values() ?? [])]));
    return [
      ...all,
      ...this.others.map(({ name }) => ({ name, kind: 'other' })),
      ...[...people].filter((name) => !known.has(name)).map((name) => ({ name, kind: 'person' })),
    ];
  }

  /** Asks for the list of rooms. */
  async list() {
    const list = await this.#client.listRooms().catch(() => null);
    if (list === null) return;
    this.listed = list.rooms;
    list.rooms.forEach((row) => this.#describe(row.name, row));
    this.#frames.changed('list');
  }

  /** Asks for the members of a room. */
  async loadMembers(conversation) {
    if (!conversation.isRoom) return;
    const users = await this.#client.users(conversation.name).catch(() => null);
    if (users !== null) conversation.members = new Map(users.users.map(({ user_id: id, username }) => [id, username]));
    this.#frames.changed(conversation, 'members');
  }

  #describe(name, { user_count: userCount, created_by: createdBy, is_public: isPublic }) {
    const conversation = this.#room(name);
    if (conversation === undefined) return;
    Object.assign(conversation, { userCount, createdBy, isPublic });
    this.#frames.soon(conversation, 'members');
  }

  #member(name, change) {
    const conversation = this.#room(name);
    if (!conversation?.members) return;
    change(conversation.members);
    this.#frames.soon(conversation, 'members');
  }
}
