// The server's rules for names, texts and ids. The client uses a name in the same form as the server.

import { ChatError } from './agentcore-error.js';

const MAX_ROOM = 50;
const MAX_USER = 64;
const MAX_ID = 64;
const WHITE_SPACE = /^\p{White_Space}$/u;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const HALF_PAIR = /\p{Surrogate}/u; // with the flag u, a complete pair is one character and does not match
const IN_WORD = /[\p{L}\p{Nd}\p{Mn}\p{Mc}_]/u;
const HALF_PAIRS = /\p{Surrogate}/gu;

/** Trims white space as the server does. `String.trim` differs: it keeps U+0085 and removes U+FEFF. */
export function trim(text) {
  if (typeof text !== 'string') return '';
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.test(text[start])) start++;
  while (end > start && WHITE_SPACE.test(text[end - 1])) end--;
  return text.slice(start, end);
}

/**
 * Returns a room name in the form in which the server repeats it.
 *
 * @throws {ChatError} if the server would refuse the name
 */
export function roomName(name) {
  if (typeof name !== 'string') throw new ChatError('INVALID_MESSAGE_FORMAT', 'A room name must be a string');
  const trimmed = trim(name);
  if (trimmed === '') throw new ChatError('VALIDATION_FAILED', 'Room name is required');
  if (CONTROL.test(trimmed) || HALF_PAIR.test(trimmed)) {
    const sentence = 'A room name must not contain control characters or unpaired surrogates';
    throw new ChatError('INVALID_MESSAGE_FORMAT', sentence);
  }
  if (length(trimmed) > MAX_ROOM) {
    throw new ChatError('VALIDATION_FAILED', `Room name too long (max ${MAX_ROOM} characters)`);
  }
  return trimmed;
}

/** Returns a sentence that says what is wrong with a user id, or an empty string. */
export function problemWithUser(user) {
  if (typeof user !== 'string') return 'Please enter a name.';
  const name = trim(user);
  if (name === '') return 'Please enter a name.';
  if (length(name) > MAX_USER) return 'A name has at most 64 characters.';
  if (name === '.' || name === '..') return 'A name cannot be "." or "..".';
  if (HALF_PAIR.test(name)) return 'A name cannot contain an incomplete character.';
  return CONTROL.test(name) || name.includes('/') ? 'A name cannot contain a slash or control characters.' : '';
}

/**
 * Returns the id of a message.
 *
 * @throws {ChatError} if the id is invalid, because the server's reply would not contain it
 */
export function messageId(id) {
  if (typeof id !== 'string' || id === '' || length(id) > MAX_ID || HALF_PAIR.test(id)) {
    throw new ChatError('INVALID_MESSAGE_FORMAT', `An id must be a string of 1 to ${MAX_ID} characters`);
  }
  return id;
}

/** Replaces unpaired surrogates by U+FFFD, as browsers do when a text leaves JavaScript. */
export function wellFormed(text) {
  return typeof text === 'string' ? text.replace(HALF_PAIRS, '\ufffd') : text;
}

/** Returns whether a text mentions a user: `@name`, where neither is part of a longer word. */
export function mentions(text, user) {
  if (typeof text !== 'string') return false;
  const word = `@${user}`;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? ' ';
    const [after = ' '] = text.slice(at + word.length, at + word.length + 2);
    if (!IN_WORD.test(before) && !IN_WORD.test(after)) return true;
  }
  return false;
}

/** Returns a unique id. `randomUUID` is not available to a page loaded over plain HTTP from another machine. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The server counts code points, not UTF-16 units. */
function length(text) {
  return [...text].length;
}
