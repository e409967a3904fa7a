// Draws the messages of a conversation, and keeps the scroll position.

import { avatar, button, byId, el, show } from './dom.js';
import { messageText } from './message-text.js';
import * as texts from './texts.js';

const SAME_BREATH = 5 * 60_000;
const NEAR = 120; // pixels

export class LogView {
  #log = byId('log');
  #list = byId('items');
  #toEnd = byId('to-end');
  #nodes = new Map();
  #conversation = null;
  #actions;
  #isAtEnd = true;

  /**
   * @param {object} actions `older()`, `reachedEnd()`, `mentionsUser(item)`, `names` (see `parse` in markup.js), and for a
   *     failed message `retry`, `edit` and `discard`
   */
  constructor(actions) {
    this.#actions = actions;
    this.#log.addEventListener('scroll', () => this.#scrolled());
    this.#toEnd.addEventListener('click', () => this.scrollToEnd());
    new ResizeObserver(() => this.#isAtEnd && this.scrollToEnd()).observe(this.#log);
  }

  /** Whether the newest message is in view. */
  get isAtEnd() {
    return this.#isAtEnd;
  }

  /** Draws the current state of a conversation. */
  draw(conversation) {
    const isOther = conversation !== this.#conversation;
    if (isOther) {
      this.#nodes.clear();
      this.#list.replaceChildren();
      this.#conversation = conversation;
      this.#isAtEnd = true;
    }
    const heightBelow = this.#log.scrollHeight - this.#log.scrollTop;
    const first = this.#list.querySelector('.message');
    show(this.#list, this.#drawn(conversation));
    const hasOlder = first !== null && first !== this.#list.querySelector('.message');
    if (this.#isAtEnd) this.scrollToEnd();
    else if (hasOlder) this.#log.scrollTop = this.#log.scrollHeight - heightBelow;
    else this.#toEnd.hidden = false;
  }

  scrollToEnd() {
    const wasAtEnd = this.#isAtEnd;
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#isAtEnd = true;
    this.#toEnd.hidden = true;
    if (!wasAtEnd) this.#actions.reachedEnd();
  }

  #scrolled() {
    const wasAtEnd = this.#isAtEnd;
    this.#isAtEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR;
    if (this.#isAtEnd) this.#toEnd.hidden = true;
    if (this.#isAtEnd && !wasAtEnd) this.#actions.reachedEnd();
    if (this.#log.scrollTop < NEAR && this.#conversation?.hasMore) this.#actions.older();
  }

  #drawn(conversation) {
    const nodes = [this.#beginning(conversation)];
    let previous = null;
    let today = '';
    for (const item of conversation.items) {
      if (item.kind === 'mark') {
        nodes.push(this.#mark(item));
      } else {
        const day = texts.day(item.time);
        if (day !== today) nodes.push(this.#node(`day ${item.key}`, () => divider('day', day)));
        nodes.push(this.#message(item, day === today && isSameBreath(previous, item)));
        today = day;
      }
      previous = item;
    }
    return nodes;
  }

  /** The text above the first message. */
  #beginning(conversation) {
    const state = conversation.hasMore ? 'more' : conversation.items.length > 0 ? 'begin' : 'empty';
    return this.#node(`beginning ${state} ${conversation.isLoaded}`, () => {
      if (state === 'more') return el('p', { class: 'beginning quiet' }, 'Scroll up for older messages');
      if (conversation.isRoom && !conversation.isLoaded) return el('p', { class: 'beginning quiet' }, 'Loading …');
      const name = conversation.name;
      const title = conversation.isRoom ? `This is the beginning of ${name}` : `You and ${name}`;
      const rest = conversation.isRoom
        ? state === 'empty' ? 'Nobody has written anything yet. Say hello!' : ''
        : 'Only the two of you can see this.';
      return el('div', { class: `beginning ${state}` }, el('strong', {}, title), el('p', { class: 'quiet' }, rest));
    });
  }

  #node(key, make) {
    if (!this.#nodes.has(key)) this.#nodes.set(key, make());
    return this.#nodes.get(key);
  }

  #mark(item) {
    return this.#node(item.key, () => {
      const mark = divider('gap', 'Messages may be missing here');
      mark.append(el('span', { class: 'quiet small' }, item.text));
      return mark;
    });
  }

  /** Draws a message again if its state has changed. */
  #message(item, follows) {
    const look = `${item.state} ${item.problem} ${follows}`;
    const drawn = this.#nodes.get(item.key);
    if (drawn?.look === look) return drawn;
    const node = this.#newMessage(item, follows);
    node.look = look;
    drawn?.replaceWith(node);
    this.#nodes.set(item.key, node);
    return node;
  }

  #newMessage(item, follows) {
    const isMention = !item.isOwn && this.#conversation.isRoom && this.#actions.mentionsUser(item);
    const kind = item.isOwn ? 'own' : isMention ? 'other mentioning' : 'other';
    const classes = ['message', kind, item.state, follows ? 'follows' : ''].join(' ');
    const time = el('time', { dateTime: new Date(item.time).toISOString() }, texts.clock(item.time));
    const state = { sending: 'Sending …', sent: 'Sent', failed: 'Not sent' }[item.state];
    const meta = el('span', { class: 'meta' }, time, item.isOwn ? el('span', { class: 'delivery' }, state) : null);
    const hint = isMention ? el('span', { class: 'hidden' }, 'Mentions you') : null;
    const bubble = el('div', { class: 'bubble' }, hint, el('div', { class: 'text', dir: 'auto' }, messageText(item.text, this.#actions.names)), meta);
    const origin = item.isServer ? el('span', { class: 'origin' }, ' (server)') : null;
    const name = el('span', { class: 'author' }, item.isOwn ? 'You' : item.username, origin);
    const body = el('div', { class: 'body' }, name, bubble, item.state === 'failed' ? this.#failure(item) : null);
    return el('article', { class: classes }, item.isOwn ? null : avatar(item.username), body);
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

function isSameBreath(previous, item) {
  const isSameAuthor = previous?.username === item.username && previous.isServer === item.isServer;
  return isSameAuthor && item.time - previous.time < SAME_BREATH;
}

function divider(kind, text) {
  return el('div', { class: `divider ${kind}`, role: 'separator', 'aria-label': text }, el('span', {}, text));
}
