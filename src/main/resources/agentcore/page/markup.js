// Finds code, links, emphasis and mentions in the text of a message. There is nothing else: no HTML, no escapes, no
// other markup. The time is proportional to the length of the text, whatever it contains.
//
//     ```code```  `code`  **bold**  *italic*  https://example.com  @name
//
// A marker without its partner is plain text. Emphasis and `code` end with their line, links and code hold no markup.

import { linkAt } from './links.js';

const SPECIAL = /[`*@\n]|https?:\/\//gi;
const BACKTICKS_OR_END = /`+|\n/g;
const FENCE = '```';
const LANGUAGE = /^([\w+#.-]{0,20})\n/;
const BLANK = /^\s*$/;
const WHITE_SPACE = /\s/;
const IN_WORD = /[\p{L}\p{Nd}\p{Mn}\p{Mc}_]/u;
const WITHOUT_SPACES = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u; // scripts with no space between words
const MAX_NAME = 64;
const MAX_MENTIONS = 100; // as on the server

/**
 * Returns the parts of a text: strings, and objects with a `kind`.
 * - `strong`, `em`: `children`
 * - `code`: `text`; `block`: `text`, `language`
 * - `link`: `text`, `href`
 * - `mention`: `text`, `isOwn`
 *
 * @param {string} text
 * @param {object} [names]
 * @param {string} [names.self] the user who reads the text
 * @param {(name: string) => boolean} [names.isKnown] whether somebody has this name; other names are plain text
 */
export function parse(text, names = {}) {
  return new Parser(text, names.self ?? '', (name) => names.isKnown?.(name) === true).parse();
}

/** Returns the mentions in a text, in order; see `parse`. */
export function mentionsIn(text, names) {
  const find = (parts) => parts.flatMap((part) => (part.kind === 'mention' ? [part.text] : find(part.children ?? [])));
  return text.includes('@') ? find(parse(text, names)) : [];
}

class Parser {
  #text;
  #self;
  #isKnown;
  #root = { children: [] };
  #open = []; // emphasis that has begun: at most one of each marker
  #hasFence = true; // false when no fence follows
  #mentions = 0;

  constructor(text, self, isKnown) {
    this.#text = text;
    this.#self = self;
    this.#isKnown = isKnown;
  }

  parse() {
    const special = new RegExp(SPECIAL);
    let at = 0;
    while (at < this.#text.length) {
      special.lastIndex = at;
      const found = special.exec(this.#text);
      this.#add(this.#text.slice(at, found?.index));
      at = found === null ? this.#text.length : this.#special(found[0], found.index);
    }
    this.#endLine();
    return this.#root.children;
  }

  /** Handles special characters. Returns where the text continues. */
  #special(found, at) {
    if (found === '`') return this.#backticks(at);
    if (found === '*') return this.#stars(at);
    if (found === '@') return this.#mention(at);
    if (found !== '\n') return this.#link(found, at);
    this.#endLine();
    return this.#plain('\n', at);
  }

  #plain(text, at) {
    this.#add(text);
    return at + text.length;
  }

  #add(part) {
    if (part === '') return;
    const { children } = this.#open.at(-1) ?? this.#root;
    if (typeof part === 'string' && typeof children.at(-1) === 'string') children.push(children.pop() + part);
    else children.push(part);
  }

  // --- code ---

  #backticks(at) {
    const run = this.#run('`', at);
    const end = run === 1 ? this.#codeAt(at) : run === 3 ? this.#blockAt(at) : undefined;
    return end ?? this.#plain('`'.repeat(run), at);
  }

  #codeAt(at) {
    const backticks = new RegExp(BACKTICKS_OR_END);
    backticks.lastIndex = at + 1;
    let found;
    do found = backticks.exec(this.#text);
    while (found !== null && found[0].length > 1);
    if (found === null || found[0] === '\n') return undefined; // no other single backtick is in this line
    const text = this.#text.slice(at + 1, found.index);
    if (BLANK.test(text)) return undefined;
    this.#add({ kind: 'code', text });
    return found.index + 1;
  }

  #blockAt(at) {
    const start = at + FENCE.length;
    const end = this.#hasFence ? this.#text.indexOf(FENCE, start) : -1;
    if (end < 0) this.#hasFence = false;
    if (end < 0 || BLANK.test(this.#text.slice(start, end))) return undefined;
    const [head = '', language = ''] = LANGUAGE.exec(this.#text.slice(start, start + 24)) ?? [];
    const text = this.#text.slice(Math.min(start + head.length, end), end).replace(/\n$/, '');
    this.#endLine();
    this.#add({ kind: 'block', text, language });
    const after = end + FENCE.length;
    return this.#text[after] === '\n' ? after + 1 : after; // the block ends its line by itself
  }

  // --- emphasis ---

  #stars(at) {
    const run = this.#run('*', at);
    let left = run <= 3 ? run : 0;
    if (this.#mayClose(at, at + run)) left = this.#close(left);
    if (this.#mayOpen(at, at + run)) left = this.#begin(left);
    return this.#plain('*'.repeat(run <= 3 ? left : run), at + run - (run <= 3 ? left : run));
  }

  /** A marker opens before a visible character, but not within a word, as in 2*3*4. */
  #mayOpen(start, end) {
    const after = this.#text[end] ?? ' ';
    return !WHITE_SPACE.test(after) && !this.#isWord(codePointBefore(this.#text, start));
  }

  #mayClose(start, end) {
    const before = this.#text[start - 1] ?? ' ';
    return !WHITE_SPACE.test(before) && !this.#isWord(codePointAt(this.#text, end));
  }

  #isWord(character) {
    return IN_WORD.test(character) && !WITHOUT_SPACES.test(character);
  }

  /** Ends emphasis with up to `left` asterisks. Returns how many are left. */
  #close(left) {
    const isOne = left < 3;
    while (left > 0) {
      const marker = isOne ? '*'.repeat(left) : this.#open.at(-1)?.marker;
      if (marker === undefined || marker.length > left || !this.#isOpen(marker)) return left;
      while (this.#open.at(-1).marker !== marker) this.#undo();
      const { kind, children } = this.#open.pop();
      this.#add({ kind, children });
      left -= marker.length;
    }
    return left;
  }

  #begin(left) {
    while (left > 0) {
      const marker = left > 1 ? '**' : '*';
      while (this.#isOpen(marker)) this.#undo(); // the nearest marker counts
      this.#open.push({ marker, kind: left > 1 ? 'strong' : 'em', children: [] });
      left -= marker.length;
    }
    return left;
  }

  #isOpen(marker) {
    return this.#open.some((frame) => frame.marker === marker);
  }

  /** Turns the innermost emphasis that has begun back into plain text. */
  #undo() {
    const { marker, children } = this.#open.pop();
    this.#add(marker);
    children.forEach((child) => this.#add(child));
  }

  #endLine() {
    while (this.#open.length > 0) this.#undo();
  }

  // --- links and mentions ---

  #link(scheme, at) {
    if (IN_WORD.test(codePointBefore(this.#text, at))) return this.#plain(scheme, at);
    const { text, href } = linkAt(this.#text, at);
    if (href === '') return this.#plain(text, at);
    this.#add({ kind: 'link', text, href });
    return at + text.length;
  }

  #mention(at) {
    const mayMention = this.#mentions < MAX_MENTIONS && !IN_WORD.test(codePointBefore(this.#text, at));
    if (mayMention) this.#mentions++;
    const name = mayMention ? this.#nameAt(at + 1) : '';
    if (name === '') return this.#plain('@', at);
    this.#add({ kind: 'mention', text: `@${name}`, isOwn: name === this.#self });
    return at + 1 + name.length;
  }

  /** The name that begins here: the reader's, else the longest known name; empty if there is none. */
  #nameAt(start) {
    const isSelf = this.#self !== '' && this.#text.startsWith(this.#self, start);
    if (isSelf && !IN_WORD.test(codePointAt(this.#text, start + this.#self.length))) return this.#self;
    let longest = '';
    let end = start;
    for (const character of this.#text.slice(start, start + MAX_NAME * 2)) {
      end += character.length;
      if (character === '\n') break;
      if (IN_WORD.test(codePointAt(this.#text, end))) continue;
      const name = this.#text.slice(start, end);
      if (this.#isKnown(name)) longest = name;
    }
    return longest;
  }

  #run(character, at) {
    let end = at + 1;
    while (this.#text[end] === character) end++;
    return end - at;
  }
}

function codePointBefore(text, at) {
  return [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? ' ';
}

function codePointAt(text, at) {
  return [...text.slice(at, at + 2)][0] ?? ' ';
}
