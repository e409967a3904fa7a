// The members of a room, and the form to invite others.

import { trim } from './agentcore-client.js';
import { avatar, button, byId, el, show } from './dom.js';
import { compare, isolated, nameLabel } from './names.js';
import { counted } from './texts.js';

export class Members {
  #panel = byId('members');
  #toggle = byId('toggle-members');
  #actions;

  /** By name. A row that has not changed stays, so that it keeps the keyboard focus and a click that has begun. */
  #rows = new Map();

  /**
   * @param {object} actions
   * @param {() => void} actions.opened
   * @param {(user: string) => void} actions.write
   * @param {(user: string) => void} actions.remove
   * @param {(user: string) => string} actions.blocking what can be done: 'Block', 'Unblock', or an empty string
   * @param {(user: string) => void} actions.block does it
   * @param {(user: string) => Promise<boolean>} actions.invite resolves with whether it succeeded
   */
  constructor(actions) {
    this.#actions = actions;
    this.#toggle.addEventListener('click', () => this.open(this.#panel.hidden));
    byId('close-members').addEventListener('click', () => this.open(false));
    this.#panel.addEventListener('keydown', (event) => event.key === 'Escape' && this.open(false));
    byId('invite').addEventListener('submit', async (event) => {
      event.preventDefault();
      const invitee = byId('invitee');
      const name = trim(invitee.value);
      if (name !== '' && (await actions.invite(name))) invitee.value = '';
    });
  }

  /** Opens or closes the panel. */
  open(isOpen) {
    const hadFocus = this.#panel.contains(document.activeElement);
    this.#panel.hidden = !isOpen;
    this.#toggle.setAttribute('aria-expanded', isOpen);
    if (isOpen) {
      this.#actions.opened();
      byId('close-members').focus();
    } else if (hadFocus) {
      this.#toggle.focus();
    }
  }

  /** Draws the members of a room. A private conversation has no panel. */
  draw(conversation, self) {
    this.#toggle.hidden = !conversation.isRoom;
    if (!conversation.isRoom) this.#panel.hidden = true;
    if (this.#panel.hidden) return;
    const connections = new Map();
    for (const name of conversation.members?.values() ?? []) connections.set(name, (connections.get(name) ?? 0) + 1);
    const names = [...connections.keys()].sort((one, other) => (one === self ? -1 : other === self ? 1 : compare(one, other)));
    for (const name of this.#rows.keys()) if (!connections.has(name)) this.#rows.delete(name);
    byId('alone').hidden = names.length !== 1;
    show(byId('member-list'), names.map((name) => this.#row(conversation, name, connections.get(name), self)));
  }

  #row(conversation, name, devices, self) {
    const facts = [
      name === self ? 'you' : 'online',
      name === conversation.createdBy ? 'created this room' : '',
      devices > 1 ? counted(devices, 'device', 'devices') : '',
    ];
    const shown = facts.filter((fact) => fact !== '').join(' · ');
    const canRemove = name !== self && conversation.createdBy === self;
    const blocking = this.#actions.blocking(name);
    const look = [conversation.name, shown, canRemove, blocking].join('\n');
    if (this.#rows.get(name)?.look === look) return this.#rows.get(name).row;
    const row = this.#newRow(name, shown, name !== self, canRemove, blocking);
    this.#rows.set(name, { look, row });
    return row;
  }

  #newRow(name, facts, canWrite, canRemove, blocking) {
    const label = el(
      'div',
      { class: 'grow' },
      nameLabel(name),
      el('span', { class: 'quiet small' }, facts),
    );
    const row = el('li', {}, el('span', { class: 'present' }, avatar(name)), label);
    if (canWrite) row.append(named(button('Write', () => this.#actions.write(name)), `Write to ${isolated(name)}`));
    if (blocking !== '') row.append(named(button(blocking, () => this.#actions.block(name)), `${blocking} ${isolated(name)}`));
    if (canRemove) {
      row.append(named(button('Remove', () => this.#actions.remove(name)), `Remove ${isolated(name)} from the room`));
    }
    return row;
  }
}

function named(element, label) {
  element.setAttribute('aria-label', label);
  return element;
}
