// Short sentences that come and go, and dialogs that ask for a name.

import { button, byId, el } from './dom.js';

const SHOWN_FOR = 7_000;

/**
 * Shows a sentence. Without actions it goes by itself.
 *
 * @param {string} sentence
 * @param {[string, () => void][]} [actions] what one can do about it: label and deed; each ends the notice
 * @returns {() => void} ends the notice
 */
export function notice(sentence, actions = []) {
  const node = el('div', { class: 'notice' }, el('p', {}, sentence));
  const end = () => node.remove();
  const buttons = actions.map(([label, deed], index) =>
    button(label, () => {
      end();
      deed();
    }, index === 0 ? 'primary' : 'quiet-button'),
  );
  if (buttons.length > 0) node.append(el('div', { class: 'row' }, ...buttons));
  else setTimeout(end, SHOWN_FOR);
  byId('notices').append(node);
  return end;
}

/**
 * Makes a dialog of the page usable: it stays open until the deed has worked.
 *
 * @param {string} id
 * @param {(form: HTMLFormElement) => Promise<string>} deed resolves with what went wrong, or an empty text
 * @returns {() => void} opens it
 */
export function dialog(id, deed) {
  const box = byId(id);
  const form = box.querySelector('form');
  const problem = form.querySelector('.problem');
  form.querySelector('[value=cancel]').addEventListener('click', () => box.close());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    problem.textContent = await deed(form);
    if (problem.textContent === '') box.close();
  });
  return () => {
    form.reset();
    problem.textContent = '';
    box.showModal();
  };
}
