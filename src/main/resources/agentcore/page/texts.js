// The texts that the page shows to users.

import { sentence } from './dom.js';

const ERRORS = {
  NOT_CONNECTED: 'You are not connected right now.',
  CONNECTION_LOST: 'The connection was lost before the server answered.',
  TIMEOUT: 'The server took too long to answer.',
  GAVE_UP: 'The message could not be sent.',
  CLOSED: 'You are signed out.',
  USER_NOT_FOUND: 'No user with that name is known here.',
  ROOM_EXISTS: 'A room with that name already exists.',
  NOT_IN_ROOM: 'You are no longer in this room.',
  ROOM_NOT_FOUND: 'This room does not exist, or it is private and you were not invited.',
  NOT_ALLOWED: 'Only the creator of the room may do this.',
  BACKEND_UNAVAILABLE: 'The server cannot store messages right now.',
  UNKNOWN_MESSAGE_TYPE: 'This server cannot do that.',
  INTERNAL_ERROR: 'Something went wrong on the server.',
};

const CLOSED = {
  1006: 'This page is not allowed to connect to the server.',
  1008: 'You sent too much in a short time, so the server ended the connection.',
  1009: 'A message was too large, so the server ended the connection.',
  4401: 'This server requires a token, and yours is missing, wrong or expired.',
  4403: 'Your token belongs to another user.',
};

const WAITING = {
  1013: 'The server cannot accept connections right now.',
  4408: 'This connection was too slow.',
  4411: 'An operator has closed your connections.',
  4409: 'You have too many connections, perhaps in other tabs.',
};

const CLOCK = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' });
const EXACT = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DATE = new Intl.DateTimeFormat([], { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** Describes the error of a request. */
export function problem(error) {
  if (error.code === 'RATE_LIMIT_EXCEEDED') {
    return `You sent too many requests. Please wait ${seconds(error.retryAfter ?? 1000)}.`;
  }
  const sentence = ERRORS[error.code] ?? error.message;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Describes a final close code. */
export function closeReason(code) {
  return CLOSED[code] ?? 'The server ended the connection.';
}

/** Describes the connection: a short status, and a sentence if there is a problem. */
export function connection({ state, code, retryIn }, wasOnline) {
  if (state === 'online') return { status: 'Connected', sentence: '' };
  if (state === 'closed') return { status: 'Disconnected', sentence: closeReason(code) };
  const lost = wasOnline ? 'The connection is lost. Your messages will be sent when it is back.' : '';
  if (state === 'connecting') return { status: wasOnline ? 'Reconnecting …' : 'Connecting …', sentence: lost };
  const why = WAITING[code] ?? (wasOnline ? lost : 'The server does not answer.');
  return { status: 'Not connected', sentence: `${why} Next try in ${seconds(retryIn)}.` };
}

/** Describes why messages may be missing. */
export function gap(reason) {
  return {
    rolled_back: 'The server lost its last messages.',
    trimmed: 'There were more messages than the server keeps.',
    lost: 'The server lost the earlier messages.',
  }[reason] ?? 'You were away, and the server cannot send the messages you missed.';
}

/** Lists the users who are typing, as children for `el`. */
export function typing(users) {
  const [one, two, three] = users;
  switch (users.length) {
    case 0:
      return [];
    case 1:
      return sentence`${one} is typing …`;
    case 2:
      return sentence`${one} and ${two} are typing …`;
    case 3:
      return sentence`${one}, ${two} and ${three} are typing …`;
    default:
      return ['Several people are typing …'];
  }
}

/** Joins names with commas and "and". */
export function listed(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Describes what is unread: "3 unread, 1 mention"; empty if there is nothing. */
export function unread({ unread: messages = 0, mentions = 0 }) {
  const facts = [messages > 0 ? `${messages} unread` : '', mentions > 0 ? counted(mentions, 'mention', 'mentions') : ''];
  return facts.filter((fact) => fact !== '').join(', ');
}

/** Returns a number with its noun: `counted(2, 'person', 'people')`. */
export function counted(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}

function seconds(millis) {
  return counted(Math.max(1, Math.ceil(millis / 1000)), 'second', 'seconds');
}

/** Formats the time of day. */
export function clock(millis) {
  return CLOCK.format(millis);
}

/** Formats the time of day with seconds. */
export function exactTime(millis) {
  return EXACT.format(millis);
}

/** Formats a day and the time with seconds. */
export function fullTime(millis) {
  return `${date(millis)}, ${exactTime(millis)}`;
}

/** Formats a day in full. */
export function date(millis) {
  return DATE.format(millis);
}

/** Formats the time since when something is: with the day, if that was not today. */
export function since(millis) {
  return startOfDay(new Date(millis)) === startOfDay(new Date()) ? clock(millis) : `${day(millis)}, ${clock(millis)}`;
}

/** Formats a day as a heading. */
export function day(millis) {
  const days = Math.round((startOfDay(new Date()) - startOfDay(new Date(millis))) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return date(millis);
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
