// The state that this tab keeps across a reload, without the token. If the browser denies storage (blocked cookies, a
// sandboxed frame), the state goes into the page's entry in the tab's history.

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
    // called too often in a short time; the reload finds the previous state
  }
}

/** Returns the stored fields. */
export function recall() {
  const fields = read();
  return typeof fields === 'object' && fields !== null ? fields : {};
}

/** Stores these fields in addition to the others. */
export function remember(fields) {
  write({ ...recall(), ...fields });
}

/** Removes all fields except these. */
export function forget(fields = {}) {
  write(fields);
}
