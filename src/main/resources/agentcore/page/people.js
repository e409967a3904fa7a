// The people whom messages may mention, and the completion of their names after an `@`.

import { avatar } from './dom.js';

const MOST = 8;
const MAX_NAME = 64;
const IN_WORD = /[\p{L}\p{Nd}\p{Mn}\p{Mc}_]$/u;

/** The names that this page has met: only they are drawn as mentions. */
export class People {
  #names = new Set();

  /** @param {() => void} changed called when there are more */
  constructor(client, changed) {
    this.self = client.user;
    const add = ({ username }) => {
      if (username === undefined || this.#names.has(username)) return;
      this.#names.add(username);
      changed();
    };
    client.on('room_users', ({ users }) => users.forEach(add));
    client.on('user_joined_room', add);
    client.on('chat_message', add);
    client.on('message_history', ({ messages }) => messages.forEach(add));
    client.on('my_rooms', ({ conversations = [] }) => conversations.forEach(add));
    client.on('private_message', ({ from_username: username }) => add({ username }));
  }

  /** How many there are. */
  get count() {
    return this.#names.size;
  }

  isKnown(name) {
    return this.#names.has(name);
  }
}

/** Returns who can be mentioned in a conversation: its members, and those who wrote. */
export function mentionable({ isRoom, name, members, items }, self) {
  const authors = items.filter(({ isOwn, isServer, username }) => username !== undefined && !isOwn && !isServer).map(({ username }) => username);
  const all = isRoom ? new Set([...(members?.values() ?? []), ...authors]) : new Set([name]);
  all.delete(self);
  return [...all];
}

/**
 * Returns a source for Completion.
 *
 * @param {() => string[]} names who can be mentioned
 */
export function peopleSource(names) {
  return (before) => {
    const start = before.lastIndexOf('@');
    const begun = before.slice(start + 1);
    const isMention = start >= 0 && begun.length <= MAX_NAME && !begun.includes('\n') && !IN_WORD.test(before.slice(0, start));
    if (!isMention || /^\s|\s$/.test(begun)) return null;
    const letters = plain(begun);
    const rank = (name) => (plain(name).startsWith(letters) ? 0 : plain(name).includes(` ${letters}`) ? 1 : 2);
    const found = names().filter((name) => rank(name) < 2).sort((one, other) => rank(one) - rank(other) || one.localeCompare(other));
    if (found.length === 1 && found[0] === begun) return null; // Enter sends what is complete
    return { start, options: found.slice(0, MOST).map((name) => ({ text: `@${name} `, sign: avatar(name), label: name })) };
  };
}

/** Without accents and capitals, so that `@cag` finds Çağla. */
function plain(text) {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase();
}
