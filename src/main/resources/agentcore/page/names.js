// How names of rooms and users are ordered, found and shown.

import { el } from './dom.js';

const ENDING = 7; // characters at the end of a long name that are always shown
const LONG = 16;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const graphemes = new Intl.Segmenter();

/** Compares two names as people do: room2 comes before room10. */
export function compare(one, other) {
  return collator.compare(one, other) || (one < other ? -1 : one > other ? 1 : 0);
}

/** Returns whether a name contains what a user typed. */
export function matches(name, typed) {
  return name.toLowerCase().includes(typed.toLowerCase());
}

/** Returns a name for a label. Its writing direction does not change the words around it (Unicode Standard Annex 9). */
export function isolated(name) {
  return `\u2068${name}\u2069`;
}

/** Creates the element of a name. If there is not enough space, dots replace its middle, so similar names differ. */
export function nameLabel(name) {
  const characters = [...graphemes.segment(name)].map(({ segment }) => segment);
  if (characters.length < LONG) return el('span', { class: 'name', dir: 'auto' }, name);
  const start = el('span', { class: 'start' }, characters.slice(0, -ENDING).join(''));
  return el('span', { class: 'name long', dir: 'auto', title: name }, start, el('span', { class: 'ending' }, characters.slice(-ENDING).join('')));
}
