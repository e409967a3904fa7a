// The list of conversations: the user's rooms, private conversations, and rooms to join.

import { avatar, byId, el, show } from './dom.js';
import * as texts from './texts.js';

export class Sidebar {
  #rows = new Map();
  #onOpen;
  #onJoin;

  /** @param {{open: (conversation: object) => void, join: (room: string) => void}} actions */
  constructor({ open, join }) {
    this.#onOpen = open;
    this.#onJoin = join;
  }

  /**
   * Draws the list.
   *
   * @param {object[]} conversations
   * @param {object} current the open conversation
   * @param {object[]} others public rooms that the user is not in, from `rooms_list`
   */
  draw(conversations, current, others) {
    const rooms = conversations.filter(({ isRoom }) => isRoom);
    const people = conversations.filter(({ isRoom }) => !isRoom);
    const draw = (conversation) => this.#conversation(conversation, conversation === current);
    show(byId('rooms'), rooms.map(draw));
    show(byId('people'), people.map(draw));
    show(byId('others'), others.map((room) => this.#other(room)));
    byId('no-people').hidden = people.length > 0;
    byId('others-part').hidden = others.length === 0;
  }

  #conversation(conversation, isCurrent) {
    const { kind, name, unread, mentions, isPublic, people } = conversation;
    const row = this.#row(`${kind} ${name}`, () => this.#onOpen(conversation));
    const sign = conversation.isRoom ? el('span', { class: isPublic ? 'sign' : 'sign lock', 'aria-hidden': 'true' }, isPublic ? '#' : '') : avatar(name);
    const count = conversation.isRoom ? el('span', { class: 'count', title: texts.counted(people, 'member', 'members') }, `${people}`) : null;
    const mark = mentions > 0 ? el('span', { class: 'badge mention', title: texts.unread({ mentions }) }, '@') : null;
    const badge = unread > 0 ? el('span', { class: 'badge' }, unread > 99 ? '99+' : `${unread}`) : null;
    fill(row.firstChild, isCurrent, [sign, el('span', { class: 'name', dir: 'auto' }, name), count, mark, badge]);
    const facts = [
      conversation.isRoom ? `${isPublic ? 'Room' : 'Private room'} ${name}, ${texts.counted(people, 'member', 'members')}` : name,
      texts.unread(conversation),
    ];
    row.firstChild.setAttribute('aria-label', facts.filter((fact) => fact !== '').join(', '));
    return row;
  }

  #other({ name, user_count: count }) {
    const row = this.#row(`other ${name}`, () => this.#onJoin(name));
    const sign = el('span', { class: 'sign', 'aria-hidden': 'true' }, '#');
    const label = el('span', { class: 'name', dir: 'auto' }, name);
    fill(row.firstChild, false, [sign, label, el('span', { class: 'count' }, `${count}`), el('span', { class: 'join' }, 'Join')]);
    row.firstChild.setAttribute('aria-label', `Join ${name}, ${texts.counted(count, 'member', 'members')}`);
    return row;
  }

  /** Reuses the element of a row, so that the row keeps the keyboard focus. */
  #row(key, onclick) {
    if (!this.#rows.has(key)) this.#rows.set(key, el('li', {}, el('button', { type: 'button', class: 'row-button' })));
    const row = this.#rows.get(key);
    row.firstChild.onclick = onclick;
    return row;
  }
}

function fill(button, isCurrent, children) {
  if (isCurrent) button.setAttribute('aria-current', 'true');
  else button.removeAttribute('aria-current');
  button.replaceChildren(...children.filter((child) => child !== null));
}
