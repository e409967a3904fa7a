// Changes that the operator makes: each asks first, and says what it did.

import { byId } from './dom.js';
import { notice } from './notices.js';

const box = byId('confirm');
const form = box.querySelector('form');
const problem = form.querySelector('.problem');
const submit = form.querySelector('.danger');

form.querySelector('[value=cancel]').addEventListener('click', () => box.close());

/** Quotes a name, and keeps its writing direction to itself. */
export function quoted(name) {
  return `“\u2068${name}\u2069”`;
}

/**
 * Asks whether to make a change, and makes it. The dialog stays open until the change has succeeded.
 *
 * @param {object} change
 * @param {string} change.question
 * @param {string} change.effect what will happen, in sentences
 * @param {string} change.label of the button
 * @param {string} change.focus the id of what has the focus in the end, if the control that led here is gone
 * @param {() => Promise<string>} change.make resolves with what was done; rejects with a sentence as its message
 */
export function confirmed({ question, effect, label, focus, make }) {
  const opener = document.activeElement;
  byId('confirm-title').textContent = question;
  byId('confirm-text').textContent = effect;
  problem.textContent = '';
  submit.textContent = label;
  form.onsubmit = async (event) => {
    event.preventDefault();
    problem.textContent = '';
    submit.disabled = true;
    try {
      const done = await make();
      box.close();
      if (!opener.isConnected) byId(focus).focus();
      notice(done);
    } catch (error) {
      if (box.open) problem.textContent = error.message;
      else notice(error.message);
    } finally {
      submit.disabled = false;
    }
  };
  box.showModal();
}
