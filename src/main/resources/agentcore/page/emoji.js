// Emoji by name: `:tada:`.

import { TABLE } from './emoji-table.js';

const MOST = 8;
const BEGUN = /(?<![\p{L}\p{Nd}_:]):([a-z+-][a-z0-9_+-]{1,31})$/iu; // not a time, as :30
const COMPLETE = /(?<![\p{L}\p{Nd}_:]):([a-z0-9_+-]{1,32}):$/iu;

const ALL = TABLE.trim().split('\n').map((line) => {
  const [emoji, ...names] = line.split(' ');
  return { emoji, names };
});

/** Completes a name that has begun. See Completion. */
export function completeEmoji(before) {
  const found = BEGUN.exec(before.slice(-40));
  return found === null ? null : { start: before.length - found[0].length, options: named(found[1].toLowerCase()) };
}

/** The emoji with names that begin with these letters, then those with names that contain them, if that is not too vague. */
function named(letters) {
  const options = [];
  const begins = (name) => name.startsWith(letters);
  const contains = (name) => letters.length > 2 && name.includes(letters);
  for (const fits of [begins, contains]) {
    for (const { emoji, names } of ALL) {
      const name = names.find(fits);
      const isNew = name !== undefined && !options.some(({ text }) => text === emoji);
      if (isNew && options.length < MOST) options.push({ text: emoji, sign: emoji, label: `:${name}:` });
    }
  }
  return options;
}

/** Returns the emoji whose complete name, with both colons, ends a text, and where the name starts; or null. */
export function typedEmoji(before) {
  const found = COMPLETE.exec(before.slice(-40));
  const entry = found === null ? undefined : ALL.find(({ names }) => names.includes(found[1].toLowerCase()));
  return entry === undefined ? null : { start: before.length - found[0].length, text: entry.emoji };
}
