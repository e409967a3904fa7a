// Copies a text. A page that was loaded over plain HTTP has no clipboard, and copies from a text field instead.

import { el } from './dom.js';

/** Copies a text. Resolves with whether it worked. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text);
  }
}

function copyFromField(text) {
  const before = document.activeElement;
  const field = el('textarea', { class: 'hidden', value: text, readOnly: true });
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  before?.focus();
  return isCopied;
}
