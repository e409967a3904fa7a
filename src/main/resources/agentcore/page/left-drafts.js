// Drafts that a closed tab leaves to the next tab of the same user on this browser. They are few and short: the storage is
// small, and shared with everything else of this server's pages.

const KEY = 'agentcore-drafts';
const MOST = 20; // of all users
const LONGEST = 5_000; // characters

function read() {
  try {
    const drafts = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(drafts) ? drafts.filter((draft) => typeof draft?.text === 'string') : [];
  } catch {
    return []; // nothing is stored, or the browser denies storage
  }
}

function write(drafts) {
  try {
    if (drafts.length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(drafts));
  } catch {
    // the drafts end with their tab
  }
}

/** Removes and returns the drafts that a user's tabs have left: a map from the keys of conversations to texts. */
export function takeDrafts(user) {
  const drafts = read();
  const own = drafts.filter((draft) => draft.user === user);
  if (own.length > 0) write(drafts.filter((draft) => draft.user !== user));
  return new Map(own.map(({ key, text }) => [key, text]));
}

/** Leaves drafts to the next tab of a user. Those that were left first go, if there are too many. */
export function leaveDrafts(user, drafts) {
  const left = [...drafts].filter(([, text]) => text.length <= LONGEST).map(([key, text]) => ({ user, key, text }));
  if (left.length === 0) return;
  const others = read().filter((draft) => draft.user !== user || !drafts.has(draft.key));
  write([...others, ...left].slice(-MOST));
}
