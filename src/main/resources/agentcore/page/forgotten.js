// Rooms that the server no longer knows, with an offer to create them again.

import { sentence } from './dom.js';
import { notice } from './notices.js';
import * as texts from './texts.js';

export class Forgotten {
  #rooms = new Map();
  #create;
  #endNotice = () => {};

  /** @param {(conversation: object) => Promise<unknown>} create creates a room again */
  constructor(create) {
    this.#create = create;
  }

  /** Keeps a room's conversation, and offers to create all forgotten rooms again. */
  add(conversation) {
    this.#rooms.set(conversation.name, conversation);
    this.#endNotice();
    const names = [...this.#rooms.keys()];
    this.#endNotice = notice(sentence`The server no longer knows ${texts.listed(names)}. It was probably restarted.`, [
      [names.length === 1 ? 'Create it again' : 'Create them again', () => this.#createAll()],
      ['Not now', () => this.#rooms.clear()],
    ]);
  }

  /** Removes and returns the earlier conversation of a room, if there is one. */
  take(name) {
    const conversation = this.#rooms.get(name);
    this.#rooms.delete(name);
    return conversation;
  }

  async #createAll() {
    for (const conversation of [...this.#rooms.values()]) await this.#create(conversation);
  }
}
