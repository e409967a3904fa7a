// The settings in force.

import { byId, el } from './dom.js';

/** Shows the settings of the server's answer. */
export function showSettings(settings) {
  byId('settings').replaceChildren(...settings.map(row));
}

function row({ name, value, source, description }) {
  const shown = value === '' ? el('span', { class: 'quiet' }, 'empty') : value;
  return el(
    'tr',
    { class: source === 'default' ? 'default' : 'given' },
    el('th', { scope: 'row' }, el('code', {}, name), el('span', { class: 'quiet small' }, description)),
    el('td', {}, shown),
    el('td', { class: 'quiet' }, source),
  );
}
