// The server's rules for names, texts and ids, so that the client uses a name in the form in which the server repeats it.

import { ChatError } from './agentcore-error.js';

const MAX_ROOM = 50;
const MAX_USER = 64;
const MAX_ID = 64;
const WHITE_SPACE = /^\p{White_Space}$/u;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const HALF_PAIR = /\p{Surrogate}/u; // with the flag u, a whole pair is one character and does not match
const HALF_PAIRS = /\p{Surrogate}/gu;

/** Removes white space from both ends as the server does. `String.trim` keeps U+0085 and removes U+FEFF. */
export function trim(text) {
  if (typeof text !== 'string') return '';
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.test(text[start])) start++;
  while (end > start && WHITE_SPACE.test(text[end - 1])) end--;
  return text.slice(start, end);
}

/**
 * Returns a room's name as the server repeats it.
 *
 * @throws {ChatError} if the server would refuse the name
 */
export function roomName(name) {
  if (typeof name !== 'string') throw new ChatError('INVALID_MESSAGE_FORMAT', 'A room name must be a string');
  const trimmed = trim(name);
  if (trimmed === '') throw new ChatError('VALIDATION_FAILED', 'Room name is required');
  if (CONTROL.test(trimmed) || HALF_PAIR.test(trimmed)) {
    const sentence = 'A room name must not contain control characters or halves of surrogate pairs';
    throw new ChatError('INVALID_MESSAGE_FORMAT', sentence);
  }
  if (length(trimmed) > MAX_ROOM) {
    throw new ChatError('VALIDATION_FAILED', `Room name too long (max ${MAX_ROOM} characters)`);
  }
  return trimmed;
}

/** Returns what is wrong with a user id, in a sentence, or an empty text. */
export function problemWithUser(user) {
  if (typeof user !== 'string') return 'Please enter a name.';
  const name = trim(user);
  if (name === '') return 'Please enter a name.';
  if (length(name) > MAX_USER) return 'A name has at most 64 characters.';
  if (name === '.' || name === '..') return 'A name needs more than dots.';
  if (HALF_PAIR.test(name)) return 'A name cannot contain half a character.';
  return CONTROL.test(name) || name.includes('/') ? 'A name cannot contain a slash or control characters.' : '';
}

/**
 * Returns the id of a message.
 *
 * @throws {ChatError} if the server could not answer a request with this id
 */
export function messageId(id) {
  if (typeof id !== 'string' || id === '' || length(id) > MAX_ID || HALF_PAIR.test(id)) {
    throw new ChatError('INVALID_MESSAGE_FORMAT', `An id must be a string of 1 to ${MAX_ID} characters`);
  }
  return id;
}

/** Replaces halves of surrogate pairs by U+FFFD, as browsers do wherever a text leaves JavaScript. */
export function wellFormed(text) {
  return typeof text === 'string' ? text.replace(HALF_PAIRS, '\ufffd') : text;
}

/** Returns an id that nobody else has. (`randomUUID` is not there on plain http from another machine.) */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The server counts code points, not UTF-16 units. */
function length(text) {
  return [...text].length;
}
