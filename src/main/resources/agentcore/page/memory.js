// What this tab remembers over a reload. A token is not kept. A browser may deny storage (blocked cookies, a sandboxed
// frame); then the entry of this page in the tab's history serves.

const KEY = 'agentcore';

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return history.state;
  }
}

function write(fields) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(fields));
  } catch {
    tryHistory(fields);
  }
}

function tryHistory(fields) {
  try {
    history.replaceState(fields, '');
  } catch {
    // too often within a short time: the reload finds what was written before
  }
}

/** Returns what is remembered. */
export function recall() {
  const fields = read();
  return typeof fields === 'object' && fields !== null ? fields : {};
}

/** Remembers these fields beside the others. */
export function remember(fields) {
  write({ ...recall(), ...fields });
}

/** Forgets everything but these fields. */
export function forget(fields = {}) {
  write(fields);
}
