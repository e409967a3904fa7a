// Completes words in a text field from a list above it. The field keeps the focus and names the active option, as a
// combobox does. Its role stays that of a text field, because ARIA permits no other for a field with several lines.

import { el } from './dom.js';

export class Completion {
  #field;
  #list;
  #sources;
  #replace;
  #start = 0; // where the word begins that is being completed
  #options = [];
  #active = 0;
  #dismissed = -1; // the start of the word for which the user has closed the list

  /**
   * @param {HTMLTextAreaElement} field
   * @param {HTMLElement} list the list box
   * @param {object} parts
   * @param {((before: string) => ({start: number, options: {text: string, sign: Node | string, label: string}[]} | null))[]}
   *     parts.sources each receives the text before the cursor, and returns what can complete its end
   * @param {(start: number, end: number, text: string) => void} parts.replace replaces a part of the field's text
   */
  constructor(field, list, { sources, replace }) {
    this.#field = field;
    this.#list = list;
    this.#sources = sources;
    this.#replace = replace;
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-haspopup', 'listbox');
    field.addEventListener('blur', () => this.close());
    document.addEventListener('selectionchange', () => this.isOpen && this.update());
    list.addEventListener('mousedown', (event) => event.preventDefault()); // the field keeps the focus
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** Handles a key before the field does. Returns whether the list used it. */
  key(event) {
    if (!this.isOpen || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return false;
    const act = {
      ArrowDown: () => this.#activate(this.#active + 1),
      ArrowUp: () => this.#activate(this.#active - 1),
      Enter: event.shiftKey ? undefined : () => this.#accept(this.#active),
      Tab: event.shiftKey ? undefined : () => this.#accept(this.#active),
      Escape: () => {
        this.#dismissed = this.#start;
        this.close();
      },
    }[event.key];
    if (act === undefined) return false;
    event.preventDefault();
    event.stopPropagation();
    act();
    return true;
  }

  /** Opens, changes or closes the list after a change of the text or the cursor. */
  update() {
    const { value, selectionStart, selectionEnd } = this.#field;
    const before = value.slice(0, selectionStart);
    const found = selectionStart === selectionEnd ? this.#find(before) : null;
    if (found?.start !== this.#dismissed) this.#dismissed = -1;
    if (found === null || this.#dismissed >= 0) this.close();
    else this.#open(found);
  }

  #find(before) {
    for (const source of this.#sources) {
      const found = source(before);
      if (found !== null && found.options.length > 0) return found;
    }
    return null;
  }

  #open({ start, options }) {
    const isSame = this.isOpen && start === this.#start && options.map(({ text }) => text).join('\n') === this.#options.map(({ text }) => text).join('\n');
    if (isSame) return;
    this.#start = start;
    this.#options = options;
    this.#list.replaceChildren(...options.map((option, index) => this.#item(option, index)));
    this.#list.hidden = false;
    this.#field.setAttribute('aria-controls', this.#list.id);
    this.#activate(0);
  }

  close() {
    if (!this.isOpen) return;
    this.#list.hidden = true;
    this.#options = [];
    for (const name of ['aria-controls', 'aria-activedescendant']) this.#field.removeAttribute(name);
  }

  #item({ sign, label }, index) {
    const item = el('li', { role: 'option', id: `${this.#list.id}-${index}` }, el('span', { class: 'sign' }, sign), el('span', { class: 'name', dir: 'auto' }, label));
    item.addEventListener('click', () => this.#accept(index));
    item.addEventListener('pointermove', () => this.#active === index || this.#activate(index));
    return item;
  }

  #activate(index) {
    this.#active = (index + this.#options.length) % this.#options.length;
    [...this.#list.children].forEach((item, at) => item.setAttribute('aria-selected', at === this.#active));
    const item = this.#list.children[this.#active];
    item.scrollIntoView({ block: 'nearest' });
    this.#field.setAttribute('aria-activedescendant', item.id);
  }

  #accept(index) {
    const { text } = this.#options[index];
    const start = this.#start;
    this.close();
    this.#replace(start, this.#field.selectionStart, text);
  }
}
