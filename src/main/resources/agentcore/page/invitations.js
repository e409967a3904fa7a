// Open invitations. Each is in the list of conversations, and a new one is also shown as a notice, until the user joins the
// room or puts it off.

import { byId, el, sentence, show } from './dom.js';
import { notice } from './notices.js';

export class Invitations {
  #open = new Map(); // room -> {row, end, isCertain}; `end` removes the notice
  #join;
  #isIn;

  /** @param {{join: (room: string) => void, isIn: (room: string) => boolean}} actions */
  constructor({ join, isIn }) {
    this.#join = join;
    this.#isIn = isIn;
  }

  /** Shows an invitation that has just arrived. */
  arrived({ room, from_username: from }) {
    this.#open.get(room)?.end();
    this.#add(room, from);
  }

  /**
   * Shows the open invitations of a `my_rooms`, and removes those that have ended. The list may be older than an
   * invitation that arrived while the client waited for it, so only a later list ends that one.
   */
  listed({ invitations = [] }) {
    const listed = new Set(invitations.map(({ room }) => room));
    for (const [room, { isCertain }] of this.#open) if (!listed.has(room) && isCertain) this.ended(room);
    for (const { room, from_username: from } of invitations) if (!this.#open.has(room)) this.#add(room, from);
    for (const invitation of this.#open.values()) invitation.isCertain = true;
  }

  /** Removes an invitation, for example because the user is in the room. */
  ended(room) {
    this.#open.get(room)?.end();
    this.#open.delete(room);
    this.#draw();
  }

  #add(room, from) {
    if (this.#isIn(room)) return;
    const join = () => this.#join(room);
    const end = notice(sentence`${from} invites you to ${room}.`, [
      ['Join', join],
      ['Not now', () => {}], // it stays in the list
    ]);
    this.#open.set(room, { end, row: row(room, from, join), isCertain: false });
    this.#draw();
  }

  #draw() {
    byId('invitations-part').hidden = this.#open.size === 0;
    show(byId('invitations'), [...this.#open.values()].map(({ row: item }) => item));
  }
}

function row(room, from, onclick) {
  const sign = el('span', { class: 'sign lock', 'aria-hidden': 'true' });
  const name = el('span', { class: 'name', dir: 'auto' }, room);
  const label = el('span', { class: 'grow invitation' }, name, el('span', { class: 'name quiet small' }, ...sentence`from ${from}`));
  return el('li', {}, el('button', { type: 'button', class: 'row-button', onclick }, sign, label, el('span', { class: 'join' }, 'Join')));
}
