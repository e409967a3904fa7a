// Draws the messages of the open conversation, and keeps the scroll position. Only a window of the messages has rows; it
// moves with the scroll position, and asks for more at its ends.

import { connectAuthors } from './authors.js';
import { byId, hide, show, write } from './dom.js';
import { LogRows } from './log-rows.js';
import { MessageRow } from './message-row.js';
import * as texts from './texts.js';

const ROWS = 150;
const MAX_ROWS = 200;
const STEP = 50;
const NEAR_END = 120; // pixels
const NEAR_EDGE = 400; // pixels
const ABOVE_NEW = 60; // pixels

export class LogView {
  #log = byId('log');
  #list = byId('items');
  #toEnd = byId('to-end');
  #rows;
  #conversation = null;
  #actions;
  #first = null; // the first item of the window
  #last = null; // the last one, or null if the window contains all that follow
  #isNearEnd = true;
  #size = ''; // for which #isNearEnd holds
  #target = ''; // what to show when it is drawn: the 'end', or the line above what is 'new'
  #place = () => {}; // sets the scroll position after drawing

  /**
   * @param {object} actions `older()`, `newer()`, `toEnd()`, `redraw()`, and those of a {@link MessageRow}
   */
  constructor(actions) {
    this.#actions = actions;
    this.#rows = new LogRows(new MessageRow(actions));
    this.#log.addEventListener('scroll', () => this.#scrolled());
    this.#toEnd.addEventListener('click', () => {
      this.scrollToEnd();
      this.#log.focus();
    });
    new ResizeObserver(() => this.#resized()).observe(this.#log);
    connectAuthors(this.#log);
  }

  get #isAtEnd() {
    return this.#isNearEnd && this.#last === null && !this.#conversation?.isCut;
  }

  /** Returns whether the newest message of a conversation is in view. */
  isAtEndOf(conversation) {
    return conversation === this.#conversation && this.#isAtEnd && this.#target === '';
  }

  /** Draws the current state of a conversation. {@link #settle} must follow, when everything else is drawn. */
  draw(conversation) {
    if (conversation !== this.#conversation) this.#begin(conversation);
    const items = conversation.items;
    if (!this.#isAtEnd) this.#move(items);
    const [from, to] = this.#window(items);
    this.#place = this.#keepPlace();
    const rows = this.#rows.draw(conversation, items, from, to);
    show(this.#list, rows);
    this.#list.classList.toggle('is-empty', rows.length === 1 && rows[0].classList.contains('empty'));
    this.#first = items[from] ?? null;
    this.#last = to < items.length ? items[to - 1] : null;
    conversation.trim(from, to);
  }

  /** Sets the scroll position, for which the browser computes the layout. */
  settle() {
    this.#place();
    this.#place = () => {};
    hide(this.#toEnd, this.#isAtEnd);
    const { unread } = this.#conversation;
    write(this.#toEnd, unread > 0 ? `${texts.counted(unread, 'new message', 'new messages')} ↓` : 'To the end ↓');
  }

  /** Shows the newest message. */
  scrollToEnd() {
    this.#target = 'end';
    this.#actions.toEnd();
    if (this.#last !== null) this.#first = this.#last = null;
    this.#isNearEnd = true;
    this.#actions.redraw();
  }

  #begin(conversation) {
    this.#rows.clear();
    this.#list.replaceChildren();
    this.#conversation = conversation;
    this.#first = this.#last = null;
    this.#isNearEnd = true;
    this.#target = conversation.newAfter === null ? '' : 'new';
  }

  /** Returns the indexes of the first item to draw and of the one after the last. */
  #window(items) {
    const known = this.#first === null ? -1 : items.indexOf(this.#first);
    const end = this.#last === null ? items.length : items.indexOf(this.#last) + 1;
    const isLost = known < 0 || end === 0; // the items were replaced
    const to = isLost ? items.length : end;
    const from = isLost ? Math.max(0, to - ROWS) : known;
    if (to - from <= MAX_ROWS) return [from, to];
    if (this.#isAtEnd) return [to - ROWS, to];
    const start = from + (this.#below() < NEAR_EDGE ? STEP : 0);
    return [start, Math.min(to, start + MAX_ROWS)];
  }

  /** Returns a function that shows, after drawing, the messages that are in view now. */
  #keepPlace() {
    if (this.#target === 'new') return () => this.#showNew();
    if (this.#isAtEnd) return () => this.#showEnd();
    const top = this.#log.getBoundingClientRect().top;
    const inView = [...this.#list.querySelectorAll('.message')].filter((row) => row.getBoundingClientRect().bottom > top);
    const tops = inView.map((row) => row.getBoundingClientRect().top);
    return () => {
      const at = inView.findIndex((row) => row.isConnected);
      if (at >= 0) this.#log.scrollTop += inView[at].getBoundingClientRect().top - tops[at];
    };
  }

  #showEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    if (this.#isComplete) this.#target = '';
  }

  /** Whether the newest messages are loaded. */
  get #isComplete() {
    return this.#conversation !== null && (this.#conversation.isLoaded || !this.#conversation.isRoom);
  }

  /** Shows the line above the new messages near the top, or else the end. */
  #showNew() {
    const line = this.#list.querySelector('.divider.new');
    this.#showEnd();
    if (line === null) return;
    const above = this.#log.getBoundingClientRect().top + ABOVE_NEW - line.getBoundingClientRect().top;
    if (above > 0) this.#log.scrollTop -= above;
    this.#isNearEnd = this.#below() < NEAR_END;
  }

  /** The height of what is below the view, in pixels. */
  #below() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight;
  }

  #resized() {
    this.#size = this.#measure();
    if (this.#isAtEnd) this.#showEnd();
  }

  #measure() {
    return `${this.#log.clientWidth} ${this.#log.clientHeight}`;
  }

  #scrolled() {
    if (this.#conversation === null || this.#target !== '') return;
    if (this.#size !== this.#measure()) return; // the browser has moved what it laid out anew; #resized follows
    const wasAtEnd = this.#isAtEnd;
    const below = this.#below();
    this.#isNearEnd = below < NEAR_END;
    const { items, hasMore, isCut } = this.#conversation;
    if (this.#log.scrollTop < NEAR_EDGE && items.length > 0 && this.#first === items[0] && hasMore) this.#actions.older();
    else if (below < NEAR_EDGE && this.#last === null && isCut) this.#actions.newer();
    const isNearEdge = this.#log.scrollTop < NEAR_EDGE || below < NEAR_EDGE;
    if (this.#isAtEnd !== wasAtEnd || (isNearEdge && !this.#isAtEnd)) this.#actions.redraw();
  }

  /** Moves the window if one of its edges is near the view. */
  #move(items) {
    if (this.#log.scrollTop < NEAR_EDGE) this.#moveUp(items);
    else if (this.#below() < NEAR_EDGE) this.#moveDown(items);
  }

  /** Moves the window towards older messages that are kept. */
  #moveUp(items) {
    const from = Math.max(0, items.indexOf(this.#first));
    if (from === 0) return;
    const start = Math.max(0, from - STEP);
    const end = this.#last === null ? items.length : items.indexOf(this.#last) + 1;
    this.#first = items[start];
    if (end - start > MAX_ROWS) this.#last = items[start + MAX_ROWS - 1];
  }

  /** Moves it towards newer ones. */
  #moveDown(items) {
    if (this.#last === null) return;
    const end = Math.min(items.length, items.indexOf(this.#last) + 1 + STEP);
    this.#last = end < items.length ? items[end - 1] : null;
    this.#first = items[Math.max(items.indexOf(this.#first), end - MAX_ROWS)];
  }
}
