// The rows of a log: messages, grouped by author, between days, gaps and the line above the new ones. A row that has not
// changed keeps its element.

import { el } from './dom.js';
import { isNeeded } from './sign-in.js';
import * as texts from './texts.js';

const SAME_BREATH = 5 * 60_000;

export class LogRows {
  #elements = new Map(); // by the item of a message, or the key of another row
  #kept = new Map(); // those of the rows that are being drawn
  #message;

  /** @param {import('./message-row.js').MessageRow} message */
  constructor(message) {
    this.#message = message;
  }

  /** Forgets all rows, because another conversation is drawn. */
  clear() {
    this.#elements.clear();
  }

  /** Returns the elements of some items of a conversation, and forgets all others. */
  draw(conversation, items, from, to) {
    const { isRoom, firstNew } = conversation;
    const rows = from === 0 ? [this.#beginning(conversation, items.length)] : [];
    const above = items.findLastIndex(({ kind }, at) => at < from && kind === 'message');
    let day = dayOf(items[above]?.time);
    for (let at = from; at < to; at++) {
      const item = items[at];
      if (item.kind === 'mark') {
        rows.push(this.#gap(item));
        continue;
      }
      const isNewDay = !(item.time >= day.start && item.time < day.end);
      if (isNewDay) {
        day = dayOf(item.time);
        rows.push(this.#day(item));
      }
      if (item === firstNew) rows.push(this.#newLine(item));
      rows.push(this.#messageRow(item, isRoom, !isNewDay && item !== firstNew && isSameBreath(items[at - 1], item)));
    }
    this.#elements = this.#kept;
    this.#kept = new Map();
    return rows;
  }

  #element(key, make) {
    const element = this.#elements.get(key) ?? make();
    this.#kept.set(key, element);
    return element;
  }

  /** The text above the first message. */
  #beginning({ isRoom, isLoaded, hasMore, name }, count) {
    const state = hasMore ? 'more' : count > 0 ? 'begin' : isRoom && !isLoaded ? 'loading' : 'empty';
    return this.#element(`beginning ${state}`, () => {
      if (state === 'more') return el('p', { class: 'beginning quiet' }, 'Scroll up for older messages');
      if (state === 'loading') return el('p', { class: 'beginning quiet' }, 'Loading …');
      const title = isRoom ? `This is the beginning of ${name}` : `You and ${name}`;
      return el('div', { class: `beginning ${state}` }, el('strong', {}, title), el('p', { class: 'quiet' }, hint(isRoom, state)));
    });
  }

  #gap(item) {
    return this.#element(item.key, () => {
      const mark = divider('gap', 'Messages may be missing here');
      mark.append(el('span', { class: 'quiet small' }, item.text));
      return mark;
    });
  }

  #day(item) {
    const day = texts.day(item.time);
    return this.#element(`${day} above ${item.key}`, () => divider('day', day, texts.date(item.time)));
  }

  #newLine(item) {
    return this.#element(`new ${item.key}`, () => divider('new', `New since ${texts.since(item.time)}`));
  }

  /** The row of a message; a new one if the message looks different now. */
  #messageRow(item, isRoom, follows) {
    const { state, problem } = item;
    const mentions = this.#message.mentions(item);
    const before = this.#elements.get(item);
    const isSame = before?.state === state && before.problem === problem && before.follows === follows && before.mentions === mentions;
    const row = isSame ? before : { state, problem, follows, mentions, element: this.#message.create(item, isRoom, follows) };
    this.#kept.set(item, row);
    return row.element;
  }
}

function hint(isRoom, state) {
  if (!isRoom) return state === 'empty' ? 'Only the two of you can see this. Write the first message below.' : 'Only the two of you can see this.';
  if (state !== 'empty') return '';
  const first = 'Nobody has written anything yet. Say hello, or invite somebody: open Members above.';
  return isNeeded ? `${first} New people also need a link from the operator of this server.` : first;
}

/** The day of a time: {start, end}, in milliseconds. */
function dayOf(time) {
  const start = new Date(time).setHours(0, 0, 0, 0);
  return { start, end: new Date(time).setHours(24, 0, 0, 0) };
}

function isSameBreath(previous, item) {
  const isSameAuthor = previous?.username === item.username && previous.isServer === item.isServer;
  return isSameAuthor && item.time - previous.time < SAME_BREATH;
}

function divider(kind, text, title = '') {
  return el('div', { class: `divider ${kind}`, role: 'separator', title, 'aria-label': text }, el('span', {}, text));
}
