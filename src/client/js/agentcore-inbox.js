// The log of the client's user, the inbox: private messages, invitations and removals.

import { Outbox } from './agentcore-outbox.js';
import { Position } from './agentcore-position.js';

const ENTRIES = new Set(['private_message', 'private_message_sent', 'room_invitation', 'room_removal']);

export class Inbox {
  #emit;
  #outbox;
  #position = new Position();
  #isKnown = false; // whether a welcome told the position; before, there is nothing to resume

  /**
   * @param {object} parts
   * @param {import('./agentcore-requests.js').Requests} parts.requests
   * @param {import('./agentcore-pace.js').Pace} parts.pace
   * @param {(type: string, event: object) => void} parts.emit
   */
  constructor({ requests, pace, emit }) {
    this.#emit = emit;
    const deliver = ({ id, text: data }) => requests.send('private_message', data, id);
    this.#outbox = new Outbox((task) => pace.run(task), deliver);
  }

  /** The seq of the last entry seen. */
  get seq() {
    return this.#position.seq;
  }

  /** Sends a private message as soon as possible. Resolves with the reply. */
  send(id, user, text) {
    return this.#outbox.send(id, { target_user_id: user, text });
  }

  /** Returns the position of the last entry seen, for the address of an attempt. */
  resume() {
    if (!this.#isKnown) return {};
    const seen = Object.entries({ since: 0, ...this.#position.lastSeen });
    return Object.fromEntries(seen.map(([name, value]) => [`inbox_${name}`, value]));
  }

  /** Handles a `welcome`. Missed entries follow `inbox_resumed`. */
  welcomed({ inbox_seq: seq, inbox_epoch: epoch }) {
    if (!this.#isKnown) this.#position.go({ seq, epoch });
    this.#isKnown = true;
    this.#outbox.open();
  }

  /** Notes that the connection has ended. Unsent messages wait. */
  disconnected() {
    this.#outbox.hold();
  }

  /** Notes that the client is closed. Unsent messages fail. */
  end(error) {
    this.#outbox.end(error);
  }

  /** Handles a frame. Returns whether the application receives it. It receives each entry once. */
  receive(frame) {
    if (frame.type === 'inbox_resumed' && !frame.recovered) this.#lost(frame, 'not recovered');
    if (frame.type === 'inbox_reset') this.#lost(frame, frame.reason);
    const isEntry = ENTRIES.has(frame.type) && frame.message_id !== undefined && frame.duplicate === undefined;
    if (!isEntry) return true; // `duplicate` is only in replies
    const judgement = this.#position.read(frame);
    if (judgement === 'hole') this.#emit('inbox_gap', { reason: 'hole' });
    return judgement !== 'known';
  }

  #lost(frame, reason) {
    this.#position.go(frame);
    this.#emit('inbox_gap', { reason });
  }
}
