// The users that this user has blocked.

import { byId, sentence } from './dom.js';
import { dialog, notice } from './notices.js';
import * as texts from './texts.js';

export class Blocks {
  #client;
  #draw;
  #users = null; // null as long as they are not known
  #open;
  #asked = ''; // the user whom the dialog asks about

  /** @param {() => void} draw called when a user was blocked or unblocked, here or on another device */
  constructor(client, draw) {
    this.#client = client;
    this.#draw = draw;
    client.on('user_blocked', ({ username }) => this.#change((users) => users.add(username)));
    client.on('user_unblocked', ({ username }) => this.#change((users) => users.delete(username)));
    this.#open = dialog('block-dialog', () => this.#block(this.#asked));
  }

  /** Loads the blocked users. */
  async load() {
    const reply = await this.#client.blockedUsers().catch(() => null);
    if (reply === null) return;
    this.#users = new Set(reply.users);
    this.#draw();
  }

  /** Returns what can be done about a user: 'Block', 'Unblock', or an empty string. */
  action(user) {
    if (this.#users === null || user === this.#client.user) return '';
    return this.#users.has(user) ? 'Unblock' : 'Block';
  }

  /** Returns whether this user has blocked a user. */
  has(user) {
    return this.#users?.has(user) === true;
  }

  /** Asks whether to block a user, or unblocks the user at once. */
  act(user) {
    if (this.action(user) === 'Unblock') {
      this.#unblock(user);
      return;
    }
    this.#asked = user;
    byId('block-title').replaceChildren(...sentence`Block ${user}?`);
    this.#open();
  }

  async #block(user) {
    try {
      await this.#client.block(user);
      return '';
    } catch (error) {
      return texts.problem(error);
    }
  }

  async #unblock(user) {
    try {
      await this.#client.unblock(user);
    } catch (error) {
      notice(texts.problem(error));
    }
  }

  #change(change) {
    this.#users ??= new Set();
    change(this.#users);
    this.#draw();
  }
}
