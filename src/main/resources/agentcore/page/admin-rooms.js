// The rooms, and the members of the one that is open.

import { ApiError, segment } from './admin-api.js';
import { confirmed, quoted } from './admin-confirm.js';
import { avatar, button, byId, el, show } from './dom.js';
import { counted } from './texts.js';

export class Rooms {
  #api;
  #mayChange;
  #openUser;
  #rows = new Map();
  #memberRows = new Map();
  #rooms = [];
  #isCut = false;
  #open = null;
  #search = byId('room-search');

  /**
   * @param {import('./admin-api.js').Api} api
   * @param {object} options
   * @param {() => boolean} options.mayChange whether the key may remove members
   * @param {(user: string) => void} options.openUser
   */
  constructor(api, { mayChange, openUser }) {
    this.#api = api;
    this.#mayChange = mayChange;
    this.#openUser = openUser;
    this.#search.addEventListener('input', () => this.#drawRooms());
    byId('find-room').addEventListener('submit', (event) => {
      event.preventDefault();
      const wanted = this.#search.value.trim();
      const found = this.#found();
      if (wanted !== '') this.open(found.length === 1 ? found[0].name : wanted);
    });
  }

  /** Asks the server again for what is shown. */
  async refresh() {
    const list = this.#ask('rooms', 'rooms-problem').then((answer) => {
      if (answer === null) return;
      this.#rooms = answer.rooms;
      this.#isCut = answer.more === true;
      const names = new Set(answer.rooms.map(({ name }) => name));
      [...this.#rows.keys()].forEach((name) => names.has(name) || this.#rows.delete(name));
      this.#drawRooms();
    });
    await Promise.all([list, this.#open === null ? null : this.#refreshMembers()]);
  }

  /** Shows the members of a room. */
  async open(name) {
    this.#open = name;
    this.#drawRooms();
    byId('room-title').textContent = name;
    byId('room-note').textContent = '';
    byId('room-problem').textContent = '';
    this.#memberRows.clear();
    show(byId('members'), []);
    byId('room-title').focus();
    await this.#refreshMembers();
  }

  /** Asks for something; shows the problem, or that there is none any more. */
  async #ask(path, problemId) {
    try {
      const answer = await this.#api.get(path);
      byId(problemId).textContent = '';
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      byId(problemId).textContent = error.message;
      return null;
    }
  }

  /** Returns the rooms that match what is in the search field. */
  #found() {
    const wanted = this.#search.value.trim().toLowerCase();
    return this.#rooms.filter(({ name }) => name.toLowerCase().includes(wanted));
  }

  #drawRooms() {
    const found = this.#found();
    byId('rooms-title').textContent = `Rooms (${this.#isCut ? 'more than ' : ''}${this.#rooms.length})`;
    byId('rooms-note').textContent = this.#note(found.length);
    show(byId('rooms'), found.map((room) => this.#row(room)));
  }

  #note(found) {
    if (this.#isCut) return 'Not all rooms are listed. To see another one, enter its whole name.';
    if (this.#rooms.length === 0) return 'There are no rooms yet.';
    return found === 0 ? 'No room has this in its name.' : '';
  }

  /** Reuses the element of a row, so that the row keeps the keyboard focus. */
  #row({ name, user_count: members, is_public: isPublic }) {
    if (!this.#rows.has(name)) {
      this.#rows.set(name, el('li', {}, el('button', { type: 'button', class: 'row-button', onclick: () => this.open(name) })));
    }
    const row = this.#rows.get(name);
    const control = row.firstChild;
    if (name === this.#open) control.setAttribute('aria-current', 'true');
    else control.removeAttribute('aria-current');
    control.setAttribute('aria-label', `${isPublic ? 'Room' : 'Private room'} ${name}, ${counted(members, 'member', 'members')}`);
    control.replaceChildren(
      el('span', { class: isPublic ? 'sign' : 'sign lock', 'aria-hidden': 'true' }, isPublic ? '#' : ''),
      el('span', { class: 'name', dir: 'auto' }, name),
      el('span', { class: 'count' }, `${members}`),
    );
    return row;
  }

  async #refreshMembers() {
    const name = this.#open;
    const answer = await this.#ask(`rooms/${segment(name)}/members`, 'room-problem');
    if (name !== this.#open) return; // another one was opened meanwhile
    const connections = new Map();
    for (const { username } of answer?.users ?? []) connections.set(username, (connections.get(username) ?? 0) + 1);
    byId('room-note').textContent = answer === null ? '' : this.#facts(name, connections.size, answer.more === true);
    const byName = [...connections].sort(([one], [other]) => one.localeCompare(other));
    show(byId('members'), byName.map(([user, count]) => this.#member(name, user, count)));
  }

  #facts(name, users, isCut) {
    const room = this.#rooms.find((each) => each.name === name);
    const facts = [
      room === undefined ? '' : `${room.is_public ? 'Public' : 'Private'}, created by ${quoted(room.created_by)}`,
      users === 0 ? 'nobody is in it' : counted(users, 'user', 'users'),
      isCut ? 'not all are listed' : '',
    ];
    return facts.filter((fact) => fact !== '').join(' · ');
  }

  /** Reuses the element of a row, as {@link #row} does. */
  #member(room, user, connections) {
    const key = `${this.#mayChange()} ${user}`;
    if (!this.#memberRows.has(key)) this.#memberRows.set(key, this.#newMember(room, user));
    const row = this.#memberRows.get(key);
    const count = counted(connections, 'connection', 'connections');
    row.querySelector('.quiet').textContent = count;
    named(row.firstChild, `Show ${user}, ${count}`);
    return row;
  }

  #newMember(room, user) {
    const label = el('span', { class: 'person' }, el('span', { class: 'name', dir: 'auto' }, user), el('span', { class: 'quiet small' }));
    const control = el('button', { type: 'button', class: 'row-button', onclick: () => this.#openUser(user) }, avatar(user), label);
    const row = el('li', { class: 'member' }, control);
    if (this.#mayChange()) row.append(named(button('Remove', () => this.#remove(room, user)), `Remove ${user} from ${room}`));
    return row;
  }

  #remove(room, user) {
    confirmed({
      question: `Remove ${quoted(user)} from ${quoted(room)}?`,
      effect: 'All connections of this user leave the room, and its members are told. An invitation is withdrawn. A public room can be joined again.',
      label: 'Remove',
      focus: 'room-title',
      make: async () => {
        const { connections } = await this.#api.delete(`rooms/${segment(room)}/members/${segment(user)}`);
        await this.refresh();
        return `Removed ${quoted(user)} from ${quoted(room)}: ${counted(connections, 'connection', 'connections')}.`;
      },
    });
  }
}

function named(element, label) {
  element.setAttribute('aria-label', label);
  return element;
}
