// What the user wrote and the server has not confirmed: a draft in each conversation, and messages. This tab keeps both
// across a reload (see memory.js), until a message is sent or discarded, or the user signs out. When the tab is closed, it
// leaves its drafts to the next one.

import { leaveDrafts, takeDrafts } from './left-drafts.js';
import { recall, remember } from './memory.js';

const keyOf = ({ kind, name }) => `${kind} ${name}`;

export class Unsent {
  #user;
  #drafts;
  #messages;

  /**
   * @param {string} user nobody else receives what this user wrote
   * @param {() => boolean} mayLeave whether drafts may stay on this browser when the tab is closed
   */
  constructor(user, mayLeave) {
    const { unsent } = recall();
    const isOwn = unsent?.user === user;
    this.#user = user;
    this.#drafts = new Map(isOwn ? Object.entries(unsent.drafts ?? {}) : []);
    this.#messages = isOwn ? (unsent.messages ?? []) : [];
    this.#takeLeft();
    addEventListener('pagehide', () => mayLeave() && leaveDrafts(user, this.#drafts));
    addEventListener('pageshow', ({ persisted }) => persisted && takeDrafts(user)); // the page goes on
  }

  /** Takes over what the user's other tabs have left. After a reload this also removes what this one has left. */
  #takeLeft() {
    for (const [key, text] of takeDrafts(this.#user)) if (!this.#drafts.has(key)) this.#drafts.set(key, text);
    if (this.#drafts.size > 0) this.#write();
  }

  /** The users to whom something is unsent. */
  get recipients() {
    const keys = [...this.#drafts.keys(), ...this.#messages.map(({ key }) => key)];
    return new Set(keys.filter((key) => key.startsWith('private ')).map((key) => key.slice('private '.length)));
  }

  /** Whether there are messages, apart from drafts. */
  get hasMessages() {
    return this.#messages.length > 0;
  }

  /** Returns the draft of a conversation, or an empty string. */
  draft(conversation) {
    return this.#drafts.get(keyOf(conversation)) ?? '';
  }

  setDraft(conversation, text) {
    if (text === this.draft(conversation)) return;
    if (text === '') this.#drafts.delete(keyOf(conversation));
    else this.#drafts.set(keyOf(conversation), text);
    this.#write();
  }

  /** Returns the unsent messages of a conversation, in order: `id`, `text` and `time` of each. */
  messages(conversation) {
    return this.#messages.filter(({ key }) => key === keyOf(conversation));
  }

  add(conversation, { id, text, time }) {
    this.#messages.push({ key: keyOf(conversation), id, text, time });
    this.#write();
  }

  /** Removes a message, which was sent or discarded. */
  remove(removed) {
    this.#messages = this.#messages.filter(({ id }) => id !== removed);
    this.#write();
  }

  /** Discards everything that is unsent in a conversation. */
  clear(conversation) {
    this.#messages = this.#messages.filter(({ key }) => key !== keyOf(conversation));
    this.#drafts.delete(keyOf(conversation));
    this.#write();
  }

  /** Discards everything. */
  forget() {
    this.#messages = [];
    this.#drafts.clear();
    takeDrafts(this.#user);
    this.#write();
  }

  #write() {
    remember({ unsent: { user: this.#user, drafts: Object.fromEntries(this.#drafts), messages: this.#messages } });
  }
}
