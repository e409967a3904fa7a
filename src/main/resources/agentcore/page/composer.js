// The text field for writing messages.

import { trim } from './agentcore-client.js';
import { Completion } from './completion.js';
import { byId } from './dom.js';
import { completeEmoji, typedEmoji } from './emoji.js';
import { notice } from './notices.js';
import { peopleSource } from './people.js';
import { counted } from './texts.js';

/** A touch keyboard has no Shift+Enter, so its Enter starts a new line, and the button sends. */
const TOUCH = matchMedia('(hover: none) and (pointer: coarse)');
const NEAR_LIMIT = 0.1;
const KEY_OF_INPUT_METHOD = 229; // Safari ends a composition before it reports the Enter that ended it

export class Composer {
  #text = byId('text');
  #counter = byId('counter');
  #limit = Number(document.querySelector('meta[name=max-text-length]').content) || Infinity;
  #completion;
  #actions;

  /**
   * @param {object} actions
   * @param {(text: string) => void} actions.send
   * @param {(text: string) => void} actions.changed receives the text after each change by the user
   * @param {() => void} actions.typing
   * @param {() => void} actions.stopped
   * @param {() => string[]} actions.names who can be mentioned
   */
  constructor(actions) {
    this.#actions = actions;
    this.#completion = new Completion(this.#text, byId('completions'), {
      sources: [completeEmoji, peopleSource(actions.names)],
      replace: (start, end, text) => this.#replace(start, end, text),
    });
    byId('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId('send').addEventListener('mousedown', (event) => event.preventDefault()); // a touch keyboard stays open
    this.#text.addEventListener('keydown', (event) => this.#completion.key(event) || this.#keyed(event));
    this.#text.addEventListener('input', (event) => this.#changed(event));
    TOUCH.addEventListener('change', () => this.#describeEnter());
    this.#describeEnter();
  }

  #keyed(event) {
    // While an input method composes a character, it uses Enter itself.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === KEY_OF_INPUT_METHOD) return;
    if (TOUCH.matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#submit();
  }

  #describeEnter() {
    this.#text.enterKeyHint = TOUCH.matches ? 'enter' : 'send';
    byId('composer-help').textContent = TOUCH.matches
      ? 'Enter starts a new line. The button sends the message.'
      : 'Enter sends the message. Shift+Enter starts a new line.';
  }

  /** A text that is too long stays in the field, since the server would refuse it. */
  #submit() {
    const text = trim(this.#text.value);
    const surplus = this.#count() - this.#limit;
    if (text !== '' && surplus > 0) notice(`This message is ${counted(surplus, 'character', 'characters')} too long.`);
    if (text === '' || surplus > 0) return;
    this.set('');
    this.#actions.changed('');
    this.#actions.send(text);
  }

  #changed({ isComposing, inputType }) {
    const typed = inputType === 'insertText' && !isComposing ? typedEmoji(this.#beforeCursor()) : null;
    if (typed !== null) {
      this.#replace(typed.start, this.#text.selectionStart, typed.text);
      return; // this is another change
    }
    this.#completion.update(); // touch keyboards compose every word
    this.#fit();
    this.#actions.changed(this.#text.value);
    if (trim(this.#text.value) === '') this.#actions.stopped();
    else this.#actions.typing();
  }

  #beforeCursor() {
    return this.#text.value.slice(0, this.#text.selectionStart);
  }

  /** Replaces a part of the text, so that the browser's undo can take it back. */
  #replace(start, end, text) {
    this.#text.setSelectionRange(start, end);
    if (document.execCommand('insertText', false, text)) return;
    this.#text.setRangeText(text, start, end, 'end');
    this.#text.dispatchEvent(new Event('input'));
  }

  set(text) {
    this.#completion.close();
    this.#text.value = text;
    this.#fit();
  }

  /** Puts a text above what the field contains. */
  prepend(text) {
    this.set(this.#text.value === '' ? text : `${text}\n${this.#text.value}`);
    this.#actions.changed(this.#text.value);
    this.focus();
  }

  focus() {
    this.#text.focus();
  }

  /** Sets the label that names the recipient. */
  name(placeholder) {
    this.#text.placeholder = placeholder;
    this.#text.setAttribute('aria-label', placeholder);
  }

  /** Adapts the height of the field, and the counter, to the text. */
  #fit() {
    this.#text.style.height = 'auto';
    const border = this.#text.offsetHeight - this.#text.clientHeight;
    this.#text.style.height = `${this.#text.scrollHeight + border}px`;
    const left = this.#limit - this.#count();
    const isTooLong = left < 0;
    this.#counter.hidden = left > this.#limit * NEAR_LIMIT;
    this.#counter.textContent = isTooLong ? `${counted(-left, 'character', 'characters')} too long` : `${left} left`;
    this.#counter.classList.toggle('bad', isTooLong);
    this.#text.setAttribute('aria-invalid', isTooLong);
    byId('send').disabled = isTooLong;
  }

  /** The length as the server counts it: without white space around the text, in code points. */
  #count() {
    const text = this.#text.value;
    if (text.length <= this.#limit * (1 - NEAR_LIMIT)) return text.length; // there are not more code points than that
    let count = 0;
    for (const _ of trim(text)) count++;
    return count;
  }
}
