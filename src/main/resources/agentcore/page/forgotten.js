// Rooms that the server does not know any more, and the offer to create them again.

import { notice } from './notices.js';
import * as words from './words.js';

export class Forgotten {
  #rooms = new Map();
  #create;
  #endNotice = () => {};

  /** @param {(conversation: object) => Promise<unknown>} create creates one again */
  constructor(create) {
    this.#create = create;
  }

  /** Keeps a room's conversation, and offers to create it again together with the others. */
  add(conversation) {
    this.#rooms.set(conversation.name, conversation);
    this.#endNotice();
    const names = [...this.#rooms.keys()];
    const sentence = `The server does not know ${words.listed(names)} any more. It was probably restarted.`;
    this.#endNotice = notice(sentence, [
      [names.length === 1 ? 'Create it again' : 'Create them again', () => this.#createAll()],
      ['Not now', () => this.#rooms.clear()],
    ]);
  }

  /** Returns a room's conversation from before, if there is one, and forgets it. */
  take(name) {
    const conversation = this.#rooms.get(name);
    this.#rooms.delete(name);
    return conversation;
  }

  async #createAll() {
    for (const conversation of [...this.#rooms.values()]) await this.#create(conversation);
  }
}
