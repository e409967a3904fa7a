// Draws random hostile texts, and checks that the result holds nothing but the text and what the renderer may add. The
// check walks the drawn nodes and the text side by side, so it knows nothing of how the renderer finds its markers.

import { mentions } from './agentcore-client.js';
import { messageText } from './message-text.js';

const ATTRIBUTES = {
  A: ['href', 'rel', 'target'],
  BUTTON: ['aria-label', 'class', 'type'],
  CODE: [],
  EM: [],
  PRE: ['data-language'],
  SPAN: ['class'],
  STRONG: [],
};

const PIECES = [
  '*', '**', '***', '****', '`', '``', '```', '````', '\n', '\n```js\n', '```\n', ' ', '  ', '\t', '@', '@alice', '@Ann Lee', '@bob', 'a', 'word',
  'https://', 'http://', 'HTTPS://example.com', 'https://example.com/a_(b)?c=d&e=%20#f', 'https://user:word@example.com/', 'https://[::1]/', 'https://"',
  'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,<script>', 'vbscript:x', 'file:///etc/passwd', 'https://javascript:alert(1)', '//example.com',
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<a href="javascript:alert(1)">', '</div>', '<!--', '&lt;', '&#106;', '"', "'", '`"><svg onload=alert(1)>',
  '(', ')', '[', ']', '[x](javascript:alert(1))', '{{', '}}', '${1}', '.', ',', '!', '?', ':', '\\', '_', '~', '#', '太字', 'é', 'e\u0301', '😀', '👩‍👩‍👧', '\u202e', '\u200b', '\ufeff',
  '\u0000', '\u0085', '\ud800', '\udc00', '\r\n', '2*3*4', 'x**y', '-', 'ا', 'שלום',
];

/** A generator with a seed (mulberry32), which returns numbers from 0 to 1. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function require(holds, what) {
  if (!holds) throw new Error(what);
}

/** Walks the nodes of a drawn text along the text. */
class Walk {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  #expect(part) {
    require(this.#text.startsWith(part, this.#at), `at ${this.#at} is not ${JSON.stringify(part)}`);
    this.#at += part.length;
  }

  #skip(part) {
    if (this.#text.startsWith(part, this.#at)) this.#at += part.length;
  }

  nodes(parent) {
    for (const node of parent.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) this.#expect(node.data);
      else this.#element(node);
    }
  }

  #element(node) {
    require(node.nodeType === Node.ELEMENT_NODE, `node type ${node.nodeType}`);
    require(node.namespaceURI === 'http://www.w3.org/1999/xhtml' && node.tagName in ATTRIBUTES, node.tagName);
    for (const { name } of node.attributes) require(ATTRIBUTES[node.tagName].includes(name), `${node.tagName} ${name}`);
    const walk = {
      A: () => this.#link(node),
      CODE: () => this.#within('`', node),
      EM: () => this.#within('*', node),
      PRE: () => this.#block(node),
      SPAN: () => this.#mention(node),
      STRONG: () => this.#within('**', node),
    }[node.tagName];
    walk();
  }

  #within(marker, node) {
    require(node.textContent !== '', `empty ${node.tagName}`);
    this.#expect(marker);
    this.nodes(node);
    this.#expect(marker);
  }

  #block(node) {
    const [code, button, ...rest] = node.children;
    require(node.childNodes.length === 2 && rest.length === 0 && code.tagName === 'CODE' && button.matches('button.copy'), 'block');
    require(button.textContent === '' && code.attributes.length === 0, 'label in block');
    this.#expect('```');
    this.#expect(node.dataset.language ?? '');
    this.#skip('\n');
    this.#expect(code.textContent);
    this.#skip('\n');
    this.#expect('```');
    this.#skip('\n');
  }

  #link(node) {
    require(/^https?:\/\/[^/]/.test(node.getAttribute('href')), `href ${node.getAttribute('href')}`);
    require(['https:', 'http:'].includes(node.protocol) && node.username === '' && node.password === '', `href ${node.href}`);
    require(node.rel === 'noopener noreferrer' && node.target === '_blank', 'rel');
    require(/^https?:\/\/\S+$/i.test(node.textContent) && new URL(node.textContent).href === node.href, `link ${node.textContent}`);
    require(node.children.length === 0, 'markup in link');
    this.#expect(node.textContent);
  }

  #mention(node) {
    const name = node.textContent.slice(1);
    require(['mention', 'mention own-mention'].includes(node.className) && node.children.length === 0, 'mention');
    require(node.textContent.startsWith('@') && mentions(`${this.#text[this.#at - 1] ?? ''}${this.#text.slice(this.#at)}`, name), `mention ${name}`);
    this.#expect(node.textContent);
  }

  end() {
    require(this.#at === this.#text.length, `ends at ${this.#at}`);
  }
}

const names = { self: 'alice', isKnown: (name) => name === 'Ann Lee' || name === 'bob' };

/** Draws a text, and throws if the result is wrong. */
export function check(text) {
  try {
    const host = document.createElement('div');
    host.append(messageText(text, names));
    const walk = new Walk(text);
    walk.nodes(host);
    walk.end();
    const isMarked = /[`*]|https?:/i.test(text); // where other rules apply, too
    if (!isMarked) require((host.querySelector('.own-mention') !== null) === mentions(text, 'alice'), 'own mention');
    return host;
  } catch (error) {
    throw new Error(`${error.message} in ${JSON.stringify(text)}`);
  }
}

/** Checks this many random texts. Returns the number of each kind of element that was drawn. */
export function fuzz(seed, count) {
  const next = random(seed);
  const drawn = {};
  for (let i = 0; i < count; i++) {
    const length = 1 + Math.floor(next() * next() * 40);
    const text = Array.from({ length }, () => PIECES[Math.floor(next() * PIECES.length)]).join('');
    for (const { tagName } of check(text).querySelectorAll('*')) drawn[tagName] = (drawn[tagName] ?? 0) + 1;
  }
  return drawn;
}

/** Checks texts of 16 KB whose pieces would begin something again and again. */
export function hostile() {
  const units = [...PIECES, '**a ', '*a', '`a', '@a ', 'https://a ', '``` a', 'https://a)', '**a *b ', '***a ', '*a *b\n', '@alice ', '(https://a', '```\n'];
  for (const unit of units) check(unit.repeat(16_384 / unit.length));
  return units.length;
}
