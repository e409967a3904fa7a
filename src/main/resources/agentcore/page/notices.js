// Notices that disappear by themselves, and dialogs that ask for a name.

import { button, byId, el } from './dom.js';

const SHOWN_FOR = 7_000;

/**
 * Shows a notice. Without actions it disappears after a few seconds.
 *
 * @param {string | (string | Node)[]} sentence a text, or the children of its element
 * @param {[string, () => void][]} [actions] label and function of each button; every button removes the notice
 * @returns {() => void} removes the notice
 */
export function notice(sentence, actions = []) {
  const node = el('div', { class: 'notice' }, el('p', {}, ...[sentence].flat()));
  const end = () => node.remove();
  const buttons = actions.map(([label, action], index) =>
    button(label, () => {
      end();
      action();
    }, index === 0 ? 'primary' : 'quiet-button'),
  );
  if (buttons.length > 0) node.append(el('div', { class: 'row' }, ...buttons));
  else setTimeout(end, SHOWN_FOR);
  byId('notices').append(node);
  return end;
}

/**
 * Connects a dialog of the page to an action. The dialog stays open until the action succeeds.
 *
 * @param {string} id
 * @param {(form: HTMLFormElement) => Promise<string>} action resolves with a problem, or an empty string
 * @returns {() => void} opens it
 */
export function dialog(id, action) {
  const box = byId(id);
  const form = box.querySelector('form');
  const problem = form.querySelector('.problem');
  form.querySelector('[value=cancel]').addEventListener('click', () => box.close());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    problem.textContent = await action(form);
    if (problem.textContent === '') box.close();
  });
  return () => {
    form.reset();
    problem.textContent = '';
    box.showModal();
  };
}
