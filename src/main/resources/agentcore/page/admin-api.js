// Requests to the server's HTTP API, with the operator's key.

const TIMEOUT = 10_000;

/** What a header may contain. */
const KEY = /^[\x21-\x7e\xa1-\xff]+$/;

/** An answer that is no success. The message is a sentence for the operator; the status is 0 if there is no answer. */
export class ApiError extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }

  /** Whether the key cannot be used here, now or later. */
  get refusesKey() {
    return [401, 403, 404].includes(this.status);
  }
}

/**
 * Returns a name as a segment of a path. Browsers take the segments `.` and `..` for steps in the path, however they
 * are encoded; the server trims the blank at their end.
 */
export function segment(name) {
  return encodeURIComponent(name) + (name === '.' || name === '..' ? '%20' : '');
}

export class Api {
  #key = '';

  /** Sends this key from now on. It is kept here and in no other place. */
  use(key) {
    this.#key = key;
  }

  /** @returns {Promise<object>} rejects with an {@link ApiError} */
  get(path) {
    return this.#send('GET', path);
  }

  /** @returns {Promise<object>} rejects with an {@link ApiError} */
  delete(path) {
    return this.#send('DELETE', path);
  }

  async #send(method, path) {
    if (!KEY.test(this.#key)) throw new ApiError(401, refusal(401));
    const [response, text] = await this.#ask(method, path);
    const answer = parsed(text);
    if (response.ok) return answer;
    throw new ApiError(response.status, refusal(response.status, answer, method));
  }

  async #ask(method, path) {
    try {
      const response = await fetch(`api/v1/${path}`, {
        method,
        headers: { Authorization: `Bearer ${this.#key}` },
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      return [response, await response.text()];
    } catch {
      throw new ApiError(0, 'The server does not answer.');
    }
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a refusal in plain text
  }
}

function refusal(status, { detail, error_code: code } = {}, method = 'GET') {
  if (status === 401) return 'The server does not know this key.';
  if (status === 404 && code === undefined) return 'This server has no HTTP API.';
  if (code === 'ROOM_NOT_FOUND') return 'This room does not exist.';
  if (code === 'USER_NOT_FOUND') return 'The user is not in this room.';
  if (status === 429) return 'Too many requests were sent with this key. Please wait a moment.';
  if (status === 503) return `The message store does not answer.${method === 'GET' ? '' : ' The change may have been made in part.'}`;
  return detail === undefined ? `The server refused the request (${status}).` : `${detail}.`;
}
