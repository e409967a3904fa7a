// Draws one message.

import { avatar, button, el } from './dom.js';
import { mentionsIn } from './markup.js';
import { messageText } from './message-text.js';
import { isolated } from './names.js';
import * as texts from './texts.js';

export class MessageRow {
  #actions;
  #mentions = new WeakMap(); // by item: {count, text}, what `mentions` returned for a number of known names

  /**
   * @param {object} actions `write(user)`, `mentionsUser(item)`, `names` (see `People`), and for a failed message `retry(item)`, `edit(item)` and `discard(item)`
   */
  constructor(actions) {
    this.#actions = actions;
  }

  /** Returns whom a message mentions, as far as the page knows them now: when that changes, the message looks different. */
  mentions(item) {
    if (!item.text.includes('@')) return '';
    const { names } = this.#actions;
    const before = this.#mentions.get(item);
    if (before?.count === names.count) return before.text;
    const text = mentionsIn(item.text, names).join('\n');
    this.#mentions.set(item, { count: names.count, text });
    return text;
  }

  /**
   * Creates the element of a message.
   *
   * @param {object} item
   * @param {boolean} isInRoom
   * @param {boolean} follows whether the message above is by the same author, who is then not named again
   */
  create(item, isInRoom, follows) {
    const isMention = !item.isOwn && isInRoom && this.#actions.mentionsUser(item);
    const kind = item.isOwn ? 'own' : isMention ? 'other mentioning' : 'other';
    const classes = ['message', kind, item.state, follows ? 'follows' : ''].join(' ');
    const hint = isMention ? el('span', { class: 'hidden' }, 'Mentions you') : null;
    const bubble = el('div', { class: 'bubble' }, hint, this.#text(item), meta(item));
    const body = el('div', { class: 'body' }, this.#author(item, isInRoom), bubble, item.state === 'failed' ? this.#failure(item) : null);
    return el('article', { class: classes }, item.isOwn ? null : avatar(item.username), body);
  }

  /** In a room the name of a person opens a direct conversation. authors.js lets the keyboard reach it. */
  #author({ isOwn, isServer, username }, isInRoom) {
    if (isOwn) return el('span', { class: 'author' }, 'You');
    if (isServer) return el('span', { class: 'author' }, username, el('span', { class: 'origin' }, ' (server)'));
    if (!isInRoom) return el('span', { class: 'author' }, username);
    const write = { type: 'button', class: 'person', tabIndex: -1, title: `Write to ${isolated(username)}`, onclick: () => this.#actions.write(username) };
    return el('span', { class: 'author' }, el('button', write, el('bdi', {}, username)));
  }

  #text(item) {
    return el('div', { class: 'text', dir: 'auto' }, messageText(item.text, this.#actions.names));
  }

  #failure(item) {
    return el(
      'div',
      { class: 'failure' },
      el('span', {}, item.problem),
      item.canRetry
        ? button('Try again', () => this.#actions.retry(item), 'link')
        : button('Edit', () => this.#actions.edit(item), 'link'),
      button('Discard', () => this.#actions.discard(item), 'link'),
    );
  }
}

function meta({ time, isOwn, state }) {
  const describe = ({ currentTarget: element }) => (element.title = texts.fullTime(time)); // few are ever pointed at
  const clock = el('time', { dateTime: new Date(time).toISOString(), onpointerenter: describe }, texts.clock(time));
  const delivery = { sending: 'Sending …', sent: 'Sent', failed: 'Not sent' }[state];
  return el('span', { class: 'meta' }, clock, isOwn ? el('span', { class: 'delivery' }, delivery) : null);
}
