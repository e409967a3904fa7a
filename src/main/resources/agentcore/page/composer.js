// The text field for writing messages.

import { trim } from './agentcore-client.js';
import { byId } from './dom.js';

export class Composer {
  #text = byId('text');

  /** @param {{send: (text: string) => void, typing: () => void, stopped: () => void}} actions */
  constructor({ send, typing, stopped }) {
    byId('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = trim(this.#text.value);
      this.set('');
      if (text !== '') send(text);
    });
    this.#text.addEventListener('keydown', (event) => {
      // While an input method composes a character, it uses Enter itself.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      byId('composer').requestSubmit();
    });
    this.#text.addEventListener('input', () => {
      this.#fit();
      if (trim(this.#text.value) === '') stopped();
      else typing();
    });
  }

  get text() {
    return this.#text.value;
  }

  set(text) {
    this.#text.value = text;
    this.#fit();
  }

  focus() {
    this.#text.focus();
  }

  /** Sets the label that names the recipient. */
  name(placeholder) {
    this.#text.placeholder = placeholder;
    this.#text.setAttribute('aria-label', placeholder);
  }

  #fit() {
    this.#text.style.height = 'auto';
    const border = this.#text.offsetHeight - this.#text.clientHeight;
    this.#text.style.height = `${this.#text.scrollHeight + border}px`;
  }
}
