// Desktop notifications and a sound, while the user looks elsewhere. They are off until the user turns them on. The
// choice is kept on this browser, for all its tabs.

import { mentions } from './agentcore-client.js';
import { AlertingTab } from './alerting-tab.js';
import { byId } from './dom.js';
import { dialog } from './notices.js';
import { playSound } from './sound.js';

const KEY = 'agentcore-alerts';
const OFF = { about: 'nothing', sound: false };
const NAMES = { nothing: 'off', me: 'on for messages to you', all: 'on for all messages' };
const OLD = 60_000;
const MOST_CHARACTERS = 200;

function stored() {
  try {
    const { about, sound } = JSON.parse(localStorage.getItem(KEY));
    return about in NAMES ? { about, sound: sound === true } : OFF;
  } catch {
    return OFF; // nothing is stored, or the browser denies storage
  }
}

function store(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // the choice is good until the page is closed
  }
}

export class Alerts {
  #client;
  #choice = stored();
  #isBlocked;
  #open;
  #since = 0;
  #tab;

  /**
   * @param {object} client
   * @param {object} actions
   * @param {(user: string) => boolean} actions.isBlocked
   * @param {(where: {room: string} | {user: string}) => void} actions.open shows a conversation
   */
  constructor(client, { isBlocked, open }) {
    this.#client = client;
    this.#isBlocked = isBlocked;
    this.#open = open;
    this.#tab = new AlertingTab(client.user);
    client.on('chat_message', (message) => {
      const { room, username, text } = message;
      this.#arrived({ room }, message, username, `${username} in ${room}`, mentions(text, client.user));
    });
    client.on('private_message', (message) => {
      const user = message.from_username;
      this.#arrived({ user }, message, user, user, true);
    });
    const show = dialog('alerts-dialog', (form) => this.#save(form));
    byId('alerts').addEventListener('click', () => {
      show();
      const { elements } = byId('alerts-dialog').querySelector('form');
      elements.about.value = this.#choice.about;
      elements.sound.checked = this.#choice.sound;
    });
    addEventListener('storage', ({ key }) => key === KEY && this.#choose(stored()));
    this.#describe();
  }

  /** Notes the server's time at the beginning of a connection. What was written long before is not new to the user. */
  welcomed({ timestamp }) {
    this.#since = timestamp * 1000 - OLD;
  }

  /** Alerts the user to a message of another user, if the user wants that and looks elsewhere. */
  async #arrived(where, { text, timestamp, server }, author, title, isToUser) {
    const { about, sound } = this.#choice;
    const isWanted = about === 'all' || (about === 'me' && isToUser);
    const isOwn = author === this.#client.user && server !== true;
    if (!isWanted || isOwn || timestamp * 1000 < this.#since || this.#isBlocked(author)) return;
    if (!(await this.#tab.mayAlert())) return;
    if (sound) playSound();
    this.#notify(where, title, text);
  }

  #notify(where, title, text) {
    if (globalThis.Notification?.permission !== 'granted') return;
    const body = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} …` : text;
    try {
      // Another message of the same conversation replaces the notification.
      const notification = new Notification(title, { body, tag: JSON.stringify(where), renotify: true, silent: true });
      notification.onclick = () => {
        window.focus();
        this.#open(where);
        notification.close();
      };
    } catch {
      // Chrome on Android shows notifications of service workers only
    }
  }

  async #save({ elements }) {
    const choice = { about: elements.about.value, sound: elements.sound.checked };
    const problem = choice.about === 'nothing' ? '' : await permissionProblem();
    store(choice);
    this.#choose(choice);
    if (choice.about !== 'nothing' && choice.sound) playSound();
    return problem;
  }

  #choose(choice) {
    this.#choice = choice;
    this.#describe();
  }

  #describe() {
    const label = `Notifications are ${NAMES[this.#choice.about]}`;
    byId('alerts').setAttribute('aria-label', label);
    byId('alerts').title = label;
    byId('alerts').classList.toggle('on', this.#choice.about !== 'nothing');
  }
}

/** Asks the browser for permission. Resolves with what prevents notifications, or an empty string. */
async function permissionProblem() {
  if (globalThis.Notification === undefined) return 'This browser has no notifications.';
  if (!isSecureContext) return 'Browsers show notifications only for pages with https.';
  const permission = await Notification.requestPermission();
  return permission === 'granted' ? '' : 'The browser does not permit notifications for this page. You can change that in its settings for this page.';
}
