// Loads the history of a room.

import { notice } from './notices.js';
import * as texts from './texts.js';

export class History {
  #client;
  #draw;

  /** @param {() => void} draw called when messages were loaded */
  constructor(client, draw) {
    this.#client = client;
    this.#draw = draw;
  }

  /** Adds a message to its conversation. Returns whether it is new. */
  add(conversation, message) {
    return conversation.add(message, this.#client.isOwnChannel(message.user_id), this.isOwn(message));
  }

  /** Returns whether this user wrote a message. The server may use any name. */
  isOwn({ username, server }) {
    return username === this.#client.user && server !== true;
  }

  /** Loads the newest messages. */
  async load(conversation) {
    try {
      const { messages, more, epoch } = await this.#client.history(conversation.name);
      messages.forEach((message) => this.add(conversation, message));
      conversation.isLoaded = true;
      conversation.hasMore = conversation.oldest?.epoch === epoch && (more === true || conversation.hasMore);
    } catch {
      conversation.isLoaded = false; // loaded again when the room is opened, or after a reconnect
    }
    this.#draw();
  }

  /** Loads older messages. */
  async loadOlder(conversation) {
    if (conversation.isLoading) return;
    conversation.isLoading = true;
    try {
      const { messages, more } = await this.#client.history(conversation.name, { before: conversation.oldest.seq });
      conversation.addOlder(messages, (message) => this.isOwn(message));
      conversation.hasMore = more === true;
    } catch (error) {
      notice(texts.problem(error));
    }
    conversation.isLoading = false;
    this.#draw();
  }
}
