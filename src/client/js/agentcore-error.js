// The error of failed calls, for programs and people.

/**
 * The error with which the promises of the client reject. In addition to the server's codes there are NOT_CONNECTED,
 * CONNECTION_LOST, TIMEOUT, GAVE_UP and CLOSED.
 */
export class ChatError extends Error {
  /**
   * @param {string} code for programs
   * @param {string} message for people
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
