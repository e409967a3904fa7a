// Ctrl-K: a dialog that finds rooms and people by name, and opens them.

import { problemWithUser, trim } from './agentcore-client.js';
import { byId, el, mark } from './dom.js';
import { compare, isolated, matches, nameLabel } from './names.js';
import * as texts from './texts.js';

const MOST = 12;

export class Switcher {
  #box = byId('switcher');
  #input = byId('switcher-name');
  #list = byId('switcher-list');
  #candidates;
  #actions;
  #all = [];
  #found = [];
  #chosen = 0;

  /**
   * @param {object} parts
   * @param {() => {name: string, kind: 'room' | 'private' | 'other' | 'person', unread?: number}[]} parts.candidates
   * @param {(room: string) => void} parts.open opens a room that the user is in
   * @param {(room: string) => void} parts.join
   * @param {(user: string) => void} parts.write opens the direct messages with a user
   */
  constructor({ candidates, open, join, write }) {
    this.#candidates = candidates;
    this.#actions = { room: open, other: join, private: write, person: write };
    document.addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      if (document.querySelector('dialog[open]') === null) this.#open();
    });
    this.#input.addEventListener('input', () => this.#find());
    this.#input.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step === undefined || this.#found.length === 0) return;
      event.preventDefault();
      this.#choose((this.#chosen + step + this.#found.length) % this.#found.length);
    });
    this.#box.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#pick(this.#chosen);
    });
  }

  #open() {
    this.#all = this.#candidates();
    this.#input.value = '';
    this.#find();
    this.#box.showModal();
  }

  #find() {
    const typed = trim(this.#input.value);
    const rank = ({ name, unread = 0 }) => (typed === '' ? -unread : name.toLowerCase().startsWith(typed.toLowerCase()) ? 0 : 1);
    const found = this.#all.filter(({ name }) => matches(name, typed));
    found.sort((one, other) => rank(one) - rank(other) || compare(one.name, other.name));
    this.#found = [...found.slice(0, MOST), ...this.#unknown(typed)];
    this.#list.replaceChildren(...this.#found.map((each, at) => this.#option(each, at)));
    byId('switcher-empty').hidden = this.#found.length > 0;
    this.#choose(0);
  }

  /** A name that the page does not know may be one of a private room, or of a user who is not here. */
  #unknown(typed) {
    if (typed === '') return [];
    const isKnown = (...kinds) => this.#all.some(({ name, kind }) => name === typed && kinds.includes(kind));
    const unknown = [];
    if (!isKnown('private', 'person') && problemWithUser(typed) === '') unknown.push({ name: typed, kind: 'person' });
    if (!isKnown('room', 'other')) unknown.push({ name: typed, kind: 'other' });
    return unknown;
  }

  #option({ name, kind, unread = 0 }, at) {
    const what = { room: 'Room', other: 'Room to join', private: 'Direct messages', person: 'New direct message' }[kind];
    const label = [isolated(name), what.toLowerCase(), texts.unread({ unread })].filter((fact) => fact !== '').join(', ');
    const option = { id: `switch-${at}`, role: 'option', class: 'switch', 'aria-label': label, onclick: () => this.#pick(at) };
    const badge = unread > 0 ? el('span', { class: 'badge' }, `${unread}`) : null;
    return el('li', option, nameLabel(name), el('span', { class: 'quiet small' }, what), badge);
  }

  #choose(at) {
    this.#chosen = at;
    [...this.#list.children].forEach((option, index) => mark(option, 'aria-selected', index === at ? 'true' : 'false'));
    this.#list.children[at]?.scrollIntoView({ block: 'nearest' });
    mark(this.#input, 'aria-activedescendant', this.#found.length > 0 ? `switch-${at}` : null);
  }

  /** Opens an entry, after the dialog has given back the focus. */
  #pick(at) {
    this.#box.close();
    const chosen = this.#found[at];
    if (chosen !== undefined) this.#actions[chosen.kind](chosen.name);
  }
}
