// Requests and the replies that they wait for.

const TIMEOUT = 10_000;

/** The reply that completes a request. What comes before it is heard as an event. */
const LAST_REPLY = {
  chat_message: 'ack',
  join_room: 'room_info',
  create_room: 'room_info',
  leave_room: 'room_left',
  list_rooms: 'rooms_list',
  get_room_users: 'room_users',
  get_message_history: 'message_history',
  private_message: 'private_message_sent',
  invite_user: 'user_invited',
  remove_user: 'user_removed',
  get_user_status: 'user_status',
  ping: 'pong',
};

/** Why a request failed. Beside the server's codes: NOT_CONNECTED, CONNECTION_LOST, TIMEOUT, GAVE_UP and CLOSED. */
export class ChatError extends Error {
  /**
   * @param {string} code what programs look at
   * @param {string} message what people read
   * @param {{retryable?: boolean, retryAfter?: number, closeCode?: number}} [more] `retryAfter` is in milliseconds
   */
  constructor(code, message, more = {}) {
    super(message);
    this.name = 'ChatError';
    this.code = code;
    this.retryable = more.retryable ?? false;
    this.retryAfter = more.retryAfter;
    this.closeCode = more.closeCode;
  }
}

/** Returns an id that nobody else has. (`randomUUID` is not there on plain http from another machine.) */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The requests of one client that are not answered yet. */
export class Requests {
  #send;
  #open = new Map();

  /** @param {(frame: object) => boolean} send whether the frame could be handed to a connection */
  constructor(send) {
    this.#send = send;
  }

  /** Sends a request; resolves with its last reply. */
  make(type, data, id) {
    return new Promise((resolve, reject) => {
      const late = new ChatError('TIMEOUT', 'The server did not answer in time', { retryable: true });
      const timer = setTimeout(() => this.#take(id).reject(late), TIMEOUT);
      this.#open.set(id, { last: LAST_REPLY[type], resolve, reject, timer });
      if (!this.#send({ type, data, id })) {
        this.#take(id).reject(new ChatError('NOT_CONNECTED', 'Not connected', { retryable: true }));
      }
    });
  }

  /** Hears a frame, which may be the answer to a request. */
  heard(frame) {
    if (frame.type === 'error') {
      const { error_code: code, message, retryable, retry_after: seconds } = frame;
      const retryAfter = seconds === undefined ? undefined : seconds * 1000;
      this.#take(frame.id)?.reject(new ChatError(code, message, { retryable, retryAfter }));
    } else if (this.#open.get(frame.id)?.last === frame.type) {
      this.#take(frame.id).resolve(frame);
    }
  }

  /** Fails all of them. */
  failAll(error) {
    [...this.#open.keys()].forEach((id) => this.#take(id).reject(error));
  }

  #take(id) {
    const request = this.#open.get(id);
    this.#open.delete(id);
    clearTimeout(request?.timer);
    return request;
  }
}
