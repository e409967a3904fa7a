// The token of this browser: taken from the address of an invitation link, kept for a reload or until the user signs
// out, and described in sentences.

const KEY = 'agentcore-token';
const LINK = /#token=([^&\s]*)/;

/** Calls `use` with a storage. A browser that denies storage (see memory.js) keeps no token. */
function tryStorage(use) {
  try {
    return use();
  } catch {
    return null;
  }
}

/** Removes a token from the address, and with it from the history of this tab. */
function takeFromAddress() {
  const token = tokenIn(location.hash);
  if (LINK.test(location.hash)) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

/** Returns the token of a text that is a token, or a link with one. */
export function tokenIn(text) {
  const link = LINK.exec(text);
  if (link === null) return text.startsWith('#') ? '' : text.trim();
  try {
    return decodeURIComponent(link[1]);
  } catch {
    return link[1];
  }
}

const stored = () => tryStorage(() => sessionStorage.getItem(KEY)) ?? tryStorage(() => localStorage.getItem(KEY)) ?? '';

/** Whether this server lets nobody in without a token. */
export const isNeeded = document.querySelector('meta[name=needs-token]')?.content === 'true';

let current = '';
let isFresh = false;
const taken = takeFromAddress();
if (taken === '') current = stored();
else use(taken);

/** Returns the token, or an empty string. */
export const token = () => current;

/** Returns whether the token came from a link or a text field, rather than from an earlier load of the page. */
export const isNew = () => isFresh;

/** Uses another token. This tab keeps it for a reload. */
export function use(other) {
  current = other;
  isFresh = true;
  tryStorage(() => sessionStorage.setItem(KEY, other));
}

/** Keeps the token on this browser until the user signs out. Returns whether the browser permits that. */
export function keep() {
  const isKept = tryStorage(() => localStorage.setItem(KEY, current) ?? true) === true;
  if (isKept) tryStorage(() => sessionStorage.removeItem(KEY)); // one copy, which all tabs forget together
  return isKept;
}

/** Returns whether the user has chosen to keep the token on this browser. */
export const isKept = () => current !== '' && tryStorage(() => localStorage.getItem(KEY)) === current;

/** Forgets the token. A token that is kept on this browser stays if it is another one, unless `all` is true. */
export function forgetToken(all = false) {
  tryStorage(() => sessionStorage.removeItem(KEY));
  tryStorage(() => (all || localStorage.getItem(KEY) === current) && localStorage.removeItem(KEY));
  current = '';
}

/** Calls `listener` when another tab signs out and so forgets the token that this tab uses. */
export function onForgotten(listener) {
  addEventListener('storage', ({ key, oldValue, newValue }) => {
    if ((key === KEY || key === null) && newValue === null && oldValue === current && current !== '') listener();
  });
}

// A link that is opened in this tab does not load the page by itself.
addEventListener('hashchange', () => LINK.test(location.hash) && location.reload());

/** Returns what a token says: `user`, and when it ends, as `until` in milliseconds. The server verifies it. */
export function claims(text = current) {
  try {
    const payload = atob(text.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    const { sub, exp } = JSON.parse(new TextDecoder().decode(Uint8Array.from(payload, (byte) => byte.charCodeAt(0))));
    return { user: typeof sub === 'string' ? sub : '', until: typeof exp === 'number' ? exp * 1000 : NaN };
  } catch {
    return { user: '', until: NaN }; // not a JSON Web Token
  }
}

/** Describes a refusal, 4401 or 4403, and what the user can do. */
export function refusal(code, reason, user) {
  if (current === '') return 'This server requires a token. Open the link that you were given, or ask for a new link.';
  const { user: owner, until } = claims();
  if (code === 4403) return `This link belongs to ${owner || 'another user'}, not to ${user}. Open it again, or ask for a new link.`;
  if (/expired/.test(reason) || until <= Date.now()) return `Your link ended${Number.isNaN(until) ? '' : ` on ${date(until)}`}. Ask for a new link.`;
  return 'The server does not accept your link. It may be damaged, or no longer valid. Ask for a new link.';
}

/** Formats a date with its time, as in "27 November 2026 at 14:02". */
export function date(millis) {
  return new Date(millis).toLocaleString([], { dateStyle: 'long', timeStyle: 'short' });
}
