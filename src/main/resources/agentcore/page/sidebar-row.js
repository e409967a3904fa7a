// The row of a conversation or of a room to join, in the list. It changes only what is different.

import { avatar, el, mark, show, write } from './dom.js';
import { isolated, nameLabel } from './names.js';
import * as texts from './texts.js';

export class SidebarRow {
  #button;
  #sign;
  #count = el('span', { class: 'count' });
  #badges = el('span', { class: 'badges' });
  #mentions = el('span', { class: 'badge mention' }, '@');
  #unread = el('span', { class: 'badge' });

  /**
   * @param {string} name
   * @param {'room' | 'private' | 'other'} kind
   * @param {() => void} onclick
   */
  constructor(name, kind, onclick) {
    this.name = name;
    this.#sign = kind === 'private' ? avatar(name) : el('span', { class: 'sign', 'aria-hidden': 'true' }, '#');
    const parts = {
      room: [this.#badges], // a number of members would look like one of unread messages
      private: [this.#badges],
      other: [this.#count, el('span', { class: 'join' }, 'Join')],
    }[kind];
    this.#button = el('button', { type: 'button', class: 'row-button', onclick }, this.#sign, nameLabel(name), ...parts);
    this.element = el('li', {}, this.#button);
  }

  /** Draws the state of a conversation. */
  draw(conversation, isCurrent) {
    const { isRoom, isPublic, people, unread, mentions } = conversation;
    mark(this.#button, 'aria-current', isCurrent ? 'true' : null);
    if (isRoom) {
      this.#sign.classList.toggle('lock', !isPublic);
      write(this.#sign, isPublic ? '#' : '');
    }
    this.#button.classList.toggle('unread', unread > 0);
    mark(this.#mentions, 'title', texts.unread({ mentions }));
    write(this.#unread, unread > 99 ? '99+' : `${unread}`);
    show(this.#badges, [...(mentions > 0 ? [this.#mentions] : []), ...(unread > 0 ? [this.#unread] : [])]);
    const what = isRoom ? `${isPublic ? 'Room' : 'Private room'} ${isolated(this.name)}, ${texts.counted(people, 'member', 'members')}` : isolated(this.name);
    this.#label(what, texts.unread(conversation));
  }

  /** Draws a room to join. */
  drawOther({ user_count: count }) {
    const members = texts.counted(count, 'member', 'members');
    write(this.#count, `${count}`);
    mark(this.#count, 'title', members);
    this.#label(`Join ${isolated(this.name)}`, members);
  }

  #label(...facts) {
    mark(this.#button, 'aria-label', facts.filter((fact) => fact !== '').join(', '));
  }
}
