// The list of conversations: the user's rooms, direct messages, and rooms to join, each sorted by name. What is typed
// above the list filters it.

import { byId, show } from './dom.js';
import { compare, matches } from './names.js';
import { SidebarRow } from './sidebar-row.js';
import { UnreadHints } from './unread-hints.js';

export class Sidebar {
  #rows = new Map(); // by the key of the conversation, or the name of a room to join
  #filter = byId('filter');
  #shown = [[], null, []];
  #hints = new UnreadHints();
  #onOpen;
  #onJoin;

  /** @param {{open: (conversation: object) => void, join: (room: string) => void}} actions */
  constructor({ open, join }) {
    this.#onOpen = open;
    this.#onJoin = join;
    if (matchMedia('(hover: none) and (pointer: coarse)').matches) this.#filter.placeholder = 'Find'; // there is no Ctrl key
    this.#filter.addEventListener('input', () => this.draw(...this.#shown));
    this.#filter.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#clear();
      else if (event.key === 'Enter') this.#openFirst();
      else if (event.key === 'ArrowDown') firstRow()?.focus();
      else return;
      event.preventDefault();
    });
  }

  /**
   * Draws the whole list.
   *
   * @param {object[]} conversations
   * @param {object} current the open conversation
   * @param {object[]} others public rooms that the user is not in, from `rooms_list`
   */
  draw(conversations, current, others) {
    this.#shown = [conversations, current, others];
    const before = this.#rows;
    this.#rows = new Map();
    const row = (key, name, kind, onclick) => {
      this.#rows.set(key, before.get(key) ?? new SidebarRow(name, kind, onclick));
      return this.#rows.get(key);
    };
    for (const conversation of conversations) {
      const { key, name, kind } = conversation;
      row(key, name, kind, () => this.#open(key)).draw(conversation, conversation === current);
    }
    for (const other of others) row(`other ${other.name}`, other.name, 'other', () => this.#onJoin(other.name)).drawOther(other);
    this.#showRows(conversations, others);
    this.#hints.changed();
  }

  /** Draws one conversation of the list again. */
  update(conversation, isCurrent) {
    this.#rows.get(conversation.key)?.draw(conversation, isCurrent);
    this.#hints.changed();
  }

  #showRows(conversations, others) {
    const typed = this.#filter.value.trim();
    const found = (all, key) => {
      const rows = all.map((each) => this.#rows.get(key(each))).filter(({ name }) => matches(name, typed));
      return rows.sort((one, other) => compare(one.name, other.name)).map(({ element }) => element);
    };
    const rooms = found(conversations.filter(({ isRoom }) => isRoom), ({ key }) => key);
    const people = found(conversations.filter(({ isRoom }) => !isRoom), ({ key }) => key);
    const toJoin = found(others, ({ name }) => `other ${name}`);
    show(byId('rooms'), rooms);
    show(byId('people'), people);
    show(byId('others'), toJoin);
    byId('no-rooms').hidden = typed !== '' || rooms.length > 0;
    byId('no-people').hidden = typed !== '' || people.length > 0;
    byId('others-part').hidden = toJoin.length === 0;
    byId('no-match').hidden = typed === '' || rooms.length + people.length + toJoin.length > 0;
  }

  #open(key) {
    this.#clear();
    this.#onOpen(this.#shown[0].find((conversation) => conversation.key === key));
  }

  #openFirst() {
    if (this.#filter.value.trim() !== '') firstRow()?.click();
  }

  #clear() {
    if (this.#filter.value === '') return;
    this.#filter.value = '';
    this.draw(...this.#shown);
  }
}

function firstRow() {
  return document.querySelector('#sidebar .row-button');
}
