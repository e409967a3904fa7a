// Emoji by name: `:tada:`.

import { TABLE } from './emoji-table.js';

const MOST = 8;
const BEGUN = /(?<![\p{L}\p{Nd}_:]):([a-z0-9_+-]{2,32})$/iu;
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

/** The emoji with names that begin with these letters, then those with names that contain them. */
function named(letters) {
  const options = [];
  for (const fits of [(name) => name.startsWith(letters), (name) => name.indexOf(letters) > 0]) {
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
