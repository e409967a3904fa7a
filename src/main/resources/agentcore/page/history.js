// Loads the history of rooms and of private conversations. The latter are in one log, the user's.

import { notice } from './notices.js';
import * as texts from './texts.js';

const NEWEST = 200;
const PAGE = 50;
const SCREENFUL = 30;

function isMessage({ type }) {
  return type.startsWith('private_message');
}

export class History {
  #client;
  #privately;
  #loaded;
  #oldestSeq; // of the user's log, loaded so far
  #isLoading = false;

  /** Whether the newest entries of the user's log were loaded. */
  hasInbox = false;

  /** Whether the user's log has older entries, in which any private conversation may continue. */
  hasOlderInbox = false;

  /**
   * @param {(user: string) => import('./conversation.js').Conversation} privately the conversation with a user
   * @param {(conversation: import('./conversation.js').Conversation) => void} loaded called when the messages of a
   *     conversation may have changed
   */
  constructor(client, privately, loaded) {
    this.#client = client;
    this.#privately = privately;
    this.#loaded = loaded;
  }

  /** Returns the conversation that a private message belongs to. */
  privateConversation(message) {
    return this.#privately(message.type === 'private_message' ? message.from_username : message.to_username);
  }

  /** Adds a private message to its conversation. Returns whether it is new. */
  addPrivate(conversation, message) {
    return conversation.add(this.#named(message), message.id !== undefined, this.isOwnPrivate(message));
  }

  /** A message of a private conversation in the form of a room's message. */
  #named(message) {
    return { ...message, username: message.from_username ?? this.#client.user };
  }

  /** Returns whether this user wrote a private message. The server's program may use any name. */
  isOwnPrivate(message) {
    return message.type === 'private_message_sent' || (message.from_username === this.#client.user && message.server !== true);
  }

  /** Loads the newest entries of the user's log into all private conversations. */
  async loadInbox() {
    try {
      const { messages, more } = await this.#client.inbox({ limit: NEWEST });
      this.hasInbox = true;
      this.hasOlderInbox = more === true;
      this.#oldestSeq = messages[0]?.seq;
      for (const message of messages.filter(isMessage)) {
        const conversation = this.privateConversation(message);
        this.addPrivate(conversation, message);
        conversation.hasMore = this.hasOlderInbox;
        this.#loaded(conversation);
      }
    } catch {
      this.hasInbox = false; // loaded again after a reconnect
    }
  }

  /** Loads older entries of the user's log until the conversation fills a screen: many may belong to others. */
  async #loadOlderInbox(shown) {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      do await this.#loadOlderPage(shown);
      while (this.hasOlderInbox && shown.items.length < SCREENFUL);
    } catch (error) {
      notice(texts.problem(error));
    }
    this.#isLoading = false;
    this.#loaded(shown);
  }

  async #loadOlderPage(shown) {
    const { messages, more } = await this.#client.inbox({ limit: NEWEST, before: this.#oldestSeq });
    this.hasOlderInbox = more === true;
    this.#oldestSeq = messages[0]?.seq ?? this.#oldestSeq;
    const old = messages.filter(isMessage);
    for (const conversation of new Set([shown, ...old.map((message) => this.privateConversation(message))])) {
      const ofThis = old.filter((message) => this.privateConversation(message) === conversation);
      conversation.addOlder(ofThis.map((message) => this.#named(message)), (message) => this.isOwnPrivate(message));
      conversation.hasMore = this.hasOlderInbox;
    }
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
      const { messages, more, epoch } = await this.#client.history(conversation.name, { limit: PAGE });
      messages.forEach((message) => this.add(conversation, message));
      conversation.isLoaded = true;
      conversation.hasMore = conversation.oldest?.epoch === epoch && (more === true || conversation.hasMore);
    } catch {
      conversation.isLoaded = false; // loaded again when the room is opened, or after a reconnect
    }
    this.#loaded(conversation);
  }

  /** Loads older messages of a private conversation that does not fill a screen, and so cannot be scrolled. */
  fill(conversation) {
    if (conversation.hasMore && conversation.items.length < SCREENFUL) this.#loadOlderInbox(conversation);
  }

  /** Loads older messages. */
  async loadOlder(conversation) {
    if (!conversation.isRoom) return this.#loadOlderInbox(conversation);
    return this.#loadPage(conversation, async () => {
      const { oldest } = conversation;
      const { messages, more } = await this.#page(conversation, oldest.seq);
      if (conversation.oldest !== oldest) return; // it was dropped meanwhile
      conversation.addOlder(messages, (message) => this.isOwn(message));
      conversation.hasMore = more === true;
    });
  }

  /** Loads the messages that follow those of a room that was cut. */
  loadNewer(conversation) {
    return this.#loadPage(conversation, async () => {
      const before = conversation.newestSeq;
      const { messages, seq } = await this.#page(conversation, before + PAGE + 1);
      if (!conversation.isCut || conversation.newestSeq !== before) return;
      conversation.addNewer(messages, (message) => this.isOwn(message));
      if (conversation.newestSeq > before) conversation.isCut = conversation.newestSeq < seq;
      else this.toEnd(conversation); // the server does not have them any more
    });
  }

  /** Drops what is kept of a room, and loads the newest messages instead. */
  toEnd(conversation) {
    conversation.restart();
    this.load(conversation);
  }

  #page({ name }, before) {
    return this.#client.history(name, { limit: PAGE, before });
  }

  /** Loads in one direction at a time. */
  async #loadPage(conversation, load) {
    if (conversation.isLoading) return;
    conversation.isLoading = true;
    try {
      await load();
    } catch (error) {
      notice(texts.problem(error));
    }
    conversation.isLoading = false;
    this.#loaded(conversation);
  }
}
