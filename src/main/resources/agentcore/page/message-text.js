// Draws the text of a message as DOM nodes. No text is ever parsed as HTML.

import { copy } from './clipboard.js';
import { el } from './dom.js';
import { parse } from './markup.js';

const COPIED_FOR = 2_000;

/**
 * Returns a text as a document fragment. Its `textContent` is the text without its markers.
 *
 * @param {string} text
 * @param {object} [names] see `parse` in markup.js
 */
export function messageText(text, names) {
  return appendTo(document.createDocumentFragment(), parse(text, names));
}

function appendTo(parent, parts) {
  for (const part of parts) parent.append(typeof part === 'string' ? part : element(part));
  return parent;
}

function element(part) {
  switch (part.kind) {
    case 'code':
      return el('code', {}, part.text);
    case 'block':
      return block(part);
    case 'link':
      return el('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer' }, part.text);
    case 'mention':
      return el('span', { class: part.isOwn ? 'mention own-mention' : 'mention' }, part.text);
    default:
      return appendTo(document.createElement(part.kind), part.children); // strong or em
  }
}

/** The style sheet writes the language and the button's label, so that neither is copied with a selected message. */
function block({ text, language }) {
  const pre = el('pre', {}, el('code', {}, text));
  if (language !== '') pre.dataset.language = language;
  const button = el('button', { type: 'button', class: 'copy', 'aria-label': 'Copy this code' });
  button.onclick = async () => {
    const isCopied = await copy(text);
    button.setAttribute('aria-label', isCopied ? 'Copied' : 'The browser does not let the page copy');
    button.dataset.copied = isCopied;
    setTimeout(() => {
      button.setAttribute('aria-label', 'Copy this code');
      delete button.dataset.copied;
    }, COPIED_FOR);
  };
  pre.append(button);
  return pre;
}
