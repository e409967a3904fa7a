// Sends the user's messages. Whatever was not sent stays until the user discards it.

import { newId } from './agentcore-client.js';
import { copy } from './clipboard.js';
import { notice } from './notices.js';
import * as texts from './texts.js';
import { Unsent } from './unsent.js';

/** The server certainly remembers a message's id for this time, so a message that did arrive is not stored twice. */
const RESEND_WITHIN = 60_000;

export class Outgoing {
  #client;
  #draw;
  #unsent;

  /**
   * @param {() => void} draw called when a message has another state
   * @param {() => boolean} mayLeaveDrafts see Unsent
   */
  constructor(client, draw, mayLeaveDrafts) {
    this.#client = client;
    this.#draw = draw;
    this.#unsent = new Unsent(client.user, mayLeaveDrafts);
  }

  /** The users to whom something is unsent. */
  get recipients() {
    return this.#unsent.recipients;
  }

  /** Sends a message to a conversation. */
  send(conversation, text) {
    const item = conversation.begin(newId(), this.#client.user, text);
    this.#unsent.add(conversation, item);
    this.deliver(conversation, item);
  }

  /** Sends a message, perhaps again. */
  async deliver(conversation, item) {
    Object.assign(item, { state: 'sending', problem: '' });
    this.#draw();
    const { name, isRoom } = conversation;
    try {
      const reply = isRoom ? this.#client.send(name, item.text, { id: item.id }) : this.#client.sendPrivate(name, item.text, { id: item.id });
      conversation.settle(item, await reply);
      this.#unsent.remove(item.id);
    } catch (error) {
      Object.assign(item, { state: 'failed', problem: texts.problem(error), canRetry: error.retryable });
    }
    this.#draw();
  }

  /** Takes up what was unsent in a conversation when the page was loaded again, or when the user left it. */
  restore(conversation) {
    for (const { id, text, time } of this.#unsent.messages(conversation)) {
      const item = Object.assign(conversation.begin(id, this.#client.user, text), { time });
      if (Date.now() - time < RESEND_WITHIN) this.deliver(conversation, item);
      else Object.assign(item, { state: 'failed', problem: 'The page was closed before the server answered.', canRetry: true });
    }
  }

  /** Discards a message that was not sent. */
  discard(conversation, item) {
    this.#unsent.remove(item.id);
    conversation.discard(item);
    this.#draw();
  }

  /** Returns the text that the user has begun to write. */
  draft(conversation) {
    return this.#unsent.draft(conversation);
  }

  setDraft(conversation, text) {
    this.#unsent.setDraft(conversation, text);
  }

  /** Says that a conversation has ended, and offers what was not sent there. */
  tellEnd(conversation, sentence) {
    const unsent = [...this.#unsent.messages(conversation).map(({ text }) => text), this.#unsent.draft(conversation)].filter((text) => text !== '');
    if (unsent.length === 0) notice(sentence);
    else {
      notice([sentence, ' What you wrote there was not sent.'].flat(), [
        ['Copy it', () => copy(unsent.join('\n'))],
        ['Discard it', () => this.#unsent.clear(conversation)],
      ]);
    }
  }

  /** Ends a conversation by `act`. Asks first if it has unsent messages, which this discards. The draft stays. */
  end(conversation, verb, act) {
    const messages = this.#unsent.messages(conversation);
    ask(messages.length > 0, verb, () => {
      messages.forEach(({ id }) => this.#unsent.remove(id));
      act();
    });
  }

  /** Ends all conversations by `act`, as `end` does. */
  endAll(verb, act) {
    ask(this.#unsent.hasMessages, verb, () => {
      this.#unsent.forget();
      act();
    });
  }

  /** Discards everything that was not sent. */
  forget() {
    this.#unsent.forget();
  }
}

function ask(isNecessary, verb, act) {
  if (!isNecessary) act();
  else {
    notice('Some of your messages were not sent.', [
      [`Discard them and ${verb}`, act],
      ['Keep them', () => {}],
    ]);
  }
}
