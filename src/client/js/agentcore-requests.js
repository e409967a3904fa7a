// Requests that wait for their replies.

import { ChatError } from './agentcore-error.js';
import { newId } from './agentcore-names.js';
import { rateLimited } from './agentcore-pace.js';

const TIMEOUT = 10_000;

/** The server paces the replies to this request. */
const TIMEOUT_OF_MANY = 30_000;

/** The reply that completes a request. Earlier replies are only events. */
const LAST_REPLY = {
  chat_message: 'ack',
  join_room: 'room_info',
  join_rooms: 'rooms_joined',
  create_room: 'room_info',
  leave_room: 'room_left',
  list_rooms: 'rooms_list',
  get_room_users: 'room_users',
  get_message_history: 'message_history',
  private_message: 'private_message_sent',
  get_inbox: 'inbox',
  resume_inbox: 'inbox_resumed',
  invite_user: 'user_invited',
  remove_user: 'user_removed',
  get_user_status: 'user_status',
  mark_read: 'read_marker',
  block_user: 'user_blocked',
  unblock_user: 'user_unblocked',
  ping: 'pong',
};

/** Requests that only read, so their order does not matter. */
const READING = new Set([
  'list_rooms', 'my_rooms', 'get_room_users', 'get_message_history', 'get_inbox', 'get_user_status', 'blocked_users',
]);

/** Requests that the server's rate limit does not count. */
const FREE = new Set(['ping', 'pong', 'typing_start', 'typing_stop']);

/**
 * The unanswered requests of one client.
 *
 * The server answers a connection's requests in order, each exactly once. If several requests have the same id, such as
 * a message for two rooms, a reply belongs to the first of them. A request that timed out therefore keeps its place
 * until its reply has arrived.
 */
export class Requests {
  #send;
  #pace;
  #refusal;
  #all = new Set();
  #sent = new Map(); // id -> requests in the order of sending

  /**
   * @param {object} parts
   * @param {(frame: object) => boolean} parts.send returns whether there was a connection to send the frame on
   * @param {import('./agentcore-pace.js').Pace} parts.pace
   * @param {() => (ChatError | undefined)} parts.refusal the reason why no request can be sent now, if there is one
   */
  constructor({ send, pace, refusal }) {
    this.#send = send;
    this.#pace = pace;
    this.#refusal = refusal;
  }

  /**
   * Sends a request as soon as the rate limit allows. Resolves with its last reply. If the rate limit refuses the
   * request, it is sent again, provided that there is time left and that its order among later requests does not matter.
   *
   * @param {object | (() => object)} data its fields, or a function that returns them when it is sent
   * @param {() => boolean} [mayRepeat] returns whether the order does not matter
   */
  ask(type, data, mayRepeat = () => READING.has(type)) {
    const refusal = this.#refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    if (FREE.has(type)) return this.send(type, data);
    if (this.#pace.pause > TIMEOUT) return Promise.reject(rateLimited(this.#pace.pause));
    const request = this.#request(type, data, newId());
    request.mayRepeat = (error) => performance.now() + (error.retryAfter ?? 0) < request.end && mayRepeat();
    this.#queue(request);
    return request.promise;
  }

  #queue(request) {
    request.isSent = false;
    this.#pace.run(() => (request.isSettled ? undefined : this.#put(request)));
  }

  /** Sends a request now, for callers that have a turn of the pace. Resolves with its last reply. */
  send(type, data, id = newId()) {
    const request = this.#request(type, data, id);
    this.#put(request);
    return request.promise;
  }

  #request(type, data, id) {
    const request = { type, data, id, isSent: false, isSettled: false, mayRepeat: () => false };
    request.end = performance.now() + TIMEOUT;
    request.promise = new Promise((resolve, reject) => {
      const settle = (how, value) => {
        clearTimeout(request.timer);
        this.#all.delete(request);
        request.isSettled = true;
        how(value);
      };
      request.resolve = (frame) => settle(resolve, frame);
      request.reject = (error) => {
        settle(reject, error);
        request.attempt?.reject(error);
      };
    });
    const timeout = type === 'join_rooms' ? TIMEOUT_OF_MANY : TIMEOUT;
    request.timer = setTimeout(() => request.reject(this.#late(request)), timeout);
    this.#all.add(request);
    return request;
  }

  #late({ isSent }) {
    if (!isSent && this.#pace.pause > 0) return rateLimited(this.#pace.pause);
    return new ChatError('TIMEOUT', 'The server did not answer in time', { retryable: true });
  }

  /** Sends a request. Returns a promise of the reply to this attempt. */
  #put(request) {
    const { type, data, id } = request;
    const attempt = new Promise((resolve, reject) => (request.attempt = { resolve, reject }));
    attempt.catch(() => {}); // some callers ignore it
    try {
      request.isSent = this.#send({ type, data: typeof data === 'function' ? data() : data, id });
    } catch (error) {
      request.reject(new ChatError('INVALID_MESSAGE_FORMAT', `Not JSON: ${error?.message ?? error}`));
      return attempt;
    }
    if (request.isSent) this.#sent.set(id, [...(this.#sent.get(id) ?? []), request]);
    else request.reject(new ChatError('NOT_CONNECTED', 'Not connected', { retryable: true }));
    return attempt;
  }

  /** Handles a frame, which may be the reply to a request. */
  receive(frame) {
    const sent = this.#sent.get(frame.id);
    if (sent === undefined) return;
    const [request, ...later] = sent;
    const isError = frame.type === 'error';
    const last = LAST_REPLY[request.type] ?? frame.type;
    if (!isError && last !== frame.type) return;
    if (later.length > 0) this.#sent.set(frame.id, later);
    else this.#sent.delete(frame.id);
    if (isError) this.#failed(request, failure(frame));
    else {
      request.attempt.resolve(frame);
      request.resolve(frame);
    }
  }

  #failed(request, error) {
    const isRepeated = error.code === 'RATE_LIMIT_EXCEEDED' && !request.isSettled && request.mayRepeat(error);
    request.attempt.reject(error);
    if (isRepeated) this.#queue(request);
    else request.reject(error);
  }

  /** Fails all requests, because the connection has ended. */
  failAll(error) {
    this.#sent.clear();
    [...this.#all].forEach((request) => request.reject(error));
  }
}

function failure({ error_code: code, message, retryable, retry_after: seconds }) {
  return new ChatError(code, message, { retryable, retryAfter: seconds === undefined ? undefined : seconds * 1000 });
}
