// Buttons at the edges of the list that tell of unread conversations beyond its visible part, and lead there. They are not
// urgent, so a change of the list draws them a little later, when the browser has computed the layout anyway.

import { byId, hide, mark, write } from './dom.js';
import { counted } from './texts.js';

const LATER = 500; // milliseconds

export class UnreadHints {
  #list = document.querySelector('#sidebar .scroll');
  #hints = [
    { button: byId('unread-above'), rows: [], side: 'above', arrow: '↑', nearest: (rows) => rows.at(-1) },
    { button: byId('unread-below'), rows: [], side: 'below', arrow: '↓', nearest: (rows) => rows[0] },
  ];

  #timer;

  constructor() {
    for (const hint of this.#hints) hint.button.addEventListener('click', () => this.#lead(hint));
    this.#list.addEventListener('scroll', () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(this.#list);
  }

  /** Notes that the list has changed. */
  changed() {
    this.#timer ??= setTimeout(() => this.#draw(), LATER);
  }

  #draw() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { top, bottom } = this.#list.getBoundingClientRect();
    const rows = [...this.#list.querySelectorAll('.row-button.unread')].map((row) => ({ row, middle: middleOf(row) }));
    this.#show(this.#hints[0], rows.filter(({ middle }) => middle < top));
    this.#show(this.#hints[1], rows.filter(({ middle }) => middle > bottom));
  }

  #show(hint, rows) {
    hint.rows = rows.map(({ row }) => row);
    hide(hint.button, rows.length === 0);
    if (rows.length === 0) return;
    write(hint.button, `${rows.length} unread ${hint.side} ${hint.arrow}`);
    mark(hint.button, 'aria-label', `${counted(rows.length, 'conversation', 'conversations')} with unread messages ${hint.side}`);
  }

  /** Scrolls to the nearest of the rows, and moves the focus there, since the button may disappear. */
  #lead({ rows, nearest }) {
    const row = nearest(rows);
    row?.scrollIntoView({ block: 'center' });
    row?.focus({ preventScroll: true });
  }
}

function middleOf(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return (top + bottom) / 2;
}
