// One user, by name.

import { ApiError, segment } from './admin-api.js';
import { confirmed, quoted } from './admin-confirm.js';
import { avatar, button, byId, el } from './dom.js';
import { clock, counted, day } from './texts.js';

export class Users {
  #api;
  #mayChange;
  #shown = null;

  /**
   * @param {import('./admin-api.js').Api} api
   * @param {object} options
   * @param {() => boolean} options.mayChange whether the key may disconnect users
   */
  constructor(api, { mayChange }) {
    this.#api = api;
    this.#mayChange = mayChange;
    byId('find-user').addEventListener('submit', (event) => {
      event.preventDefault();
      const name = byId('user-name').value.trim();
      if (name !== '') this.open(name);
    });
  }

  /** Shows a user. */
  open(name) {
    this.#shown = name;
    byId('user-name').value = name;
    return this.refresh();
  }

  /** Asks the server again for the user who is shown. */
  async refresh() {
    const name = this.#shown;
    if (name === null) return;
    let user = null;
    let problem = '';
    try {
      user = await this.#api.get(`users/${segment(name)}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problem = error.message;
    }
    if (name !== this.#shown) return; // another one was asked for meanwhile
    byId('user-problem').textContent = problem;
    this.#draw(user);
  }

  /** Leaves the elements alone if nothing has changed: they keep the focus, and screen readers do not repeat them. */
  #draw(user) {
    const panel = byId('user');
    const facts = user === null ? null : { user: user.username, isOnline: user.status === 'online', connections: user.connections, seen: seen(user) };
    const key = JSON.stringify([facts, this.#mayChange()]);
    if (panel.dataset.drawn === key) return;
    panel.dataset.drawn = key;
    const hadFocus = panel.contains(document.activeElement);
    panel.replaceChildren(...(facts === null ? [] : this.#card(facts)));
    if (hadFocus) byId('user-name').focus();
  }

  #card({ user, isOnline, connections, seen: lastSeen }) {
    const card = [
      el(
        'div',
        { class: 'member' },
        avatar(user),
        el('div', { class: 'person' }, el('span', { class: 'name', dir: 'auto' }, user), el('span', { class: 'quiet small' }, isOnline ? 'Online' : 'Offline')),
      ),
      el('dl', {}, el('dt', {}, 'Connections'), el('dd', {}, `${connections}`), el('dt', {}, 'Last seen'), el('dd', {}, lastSeen)),
    ];
    if (isOnline && this.#mayChange()) card.push(button('Disconnect', () => this.#disconnect(user, connections), 'danger'));
    return card;
  }

  #disconnect(user, connections) {
    confirmed({
      question: `Disconnect ${quoted(user)}?`,
      effect: `This closes ${counted(connections, 'connection', 'connections')} of this user, on all servers. The user can connect again.`,
      label: 'Disconnect',
      focus: 'user-name',
      make: async () => {
        const { connections: closed } = await this.#api.delete(`users/${segment(user)}/connections`);
        await this.refresh();
        return `Closed ${counted(closed, 'connection', 'connections')} of ${quoted(user)}.`;
      },
    });
  }
}

function seen({ status, last_seen: seconds }) {
  if (status === 'online') return 'now';
  return seconds === null ? 'never' : `${day(seconds * 1000)}, ${clock(seconds * 1000)}`;
}
