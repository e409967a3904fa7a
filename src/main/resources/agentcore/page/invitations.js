// Open invitations, each shown as a notice until the user joins the room or puts it off.

import { notice } from './notices.js';

export class Invitations {
  #shown = new Map(); // room -> {seq, end}
  #putOff = new Set(); // rooms; until the page is loaded again
  #join;
  #isIn;

  /** @param {{join: (room: string) => void, isIn: (room: string) => boolean}} actions */
  constructor({ join, isIn }) {
    this.#join = join;
    this.#isIn = isIn;
  }

  /** Shows an invitation that has just arrived. */
  arrived({ room, from_username: from, seq }) {
    this.#putOff.delete(room);
    this.#show(room, from, seq);
  }

  /** Shows the open invitations of a `my_rooms`, and removes the notices of those that have ended. */
  listed({ invitations = [], inbox_seq: end = 0 }) {
    const open = new Set(invitations.map(({ room }) => room));
    for (const [room, { seq }] of this.#shown) if (!open.has(room) && seq <= end) this.ended(room);
    for (const { room, from_username: from } of invitations) if (!this.#putOff.has(room)) this.#show(room, from, 0);
  }

  /** Removes the notice of an invitation, for example because the user is in the room. */
  ended(room) {
    this.#shown.get(room)?.end();
    this.#shown.delete(room);
  }

  #show(room, from, seq) {
    if (this.#shown.has(room) || this.#isIn(room)) return;
    const act = (action) => () => {
      this.#shown.delete(room);
      action();
    };
    const end = notice(`${from} invites you to ${room}.`, [
      ['Join', act(() => this.#join(room))],
      ['Not now', act(() => this.#putOff.add(room))],
    ]);
    this.#shown.set(room, { seq, end });
  }
}
