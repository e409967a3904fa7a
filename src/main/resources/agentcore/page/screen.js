// Draws the chat: the list of conversations, and the open one. It draws only what has changed.

import { drawBadge } from './badge.js';
import { byId, hide, mark, write, writeParts } from './dom.js';
import { isolated } from './names.js';
import * as texts from './texts.js';

/** What can change, in addition to single conversations: the list of them, and parts of the open one. */
const ALL = ['list', 'log', 'members'];

export class Screen {
  #sidebar;
  #log;
  #members;
  #blocks;
  #user;
  #drawn = null;

  /**
   * @param {object} views
   * @param {import('./sidebar.js').Sidebar} views.sidebar
   * @param {import('./log-view.js').LogView} views.log
   * @param {import('./members.js').Members} views.members
   * @param {import('./blocks.js').Blocks} views.blocks
   * @param {string} user the name of this user
   */
  constructor({ sidebar, log, members, blocks }, user) {
    this.#sidebar = sidebar;
    this.#log = log;
    this.#members = members;
    this.#blocks = blocks;
    this.#user = user;
  }

  /**
   * Draws what has changed.
   *
   * @param {Set<unknown>} changed conversations, and 'list', 'log' (messages of the open conversation) or 'members'
   * @param {object} state
   * @param {object[]} state.conversations
   * @param {object | null} state.current the open conversation
   * @param {object[]} state.others rooms to join
   */
  draw(changed, { conversations, current, others }) {
    if (current !== this.#drawn) ALL.forEach((part) => changed.add(part));
    this.#drawn = current;
    if (current !== null && changed.has('log')) this.#log.draw(current);
    if (changed.has('list')) this.#sidebar.draw(conversations, current, others);
    else conversations.filter((each) => changed.has(each)).forEach((each) => this.#sidebar.update(each, each === current));
    this.#drawTitle(conversations, current);
    if (current === null) return;
    if (changed.has('members')) this.#members.draw(current, this.#user);
    this.#drawHead(current);
    this.#log.settle();
  }

  #drawTitle(conversations, current) {
    document.body.toggleAttribute('data-nowhere', current === null);
    const unread = conversations.reduce((sum, conversation) => sum + conversation.unread, 0);
    const title = `${unread > 0 ? `(${unread}) ` : ''}${current?.name ?? 'AgentCore'} – AgentCore chat`;
    if (document.title !== title) document.title = title;
    drawBadge(unread);
    write(byId('title'), current?.name ?? 'Nothing open');
    mark(byId('title'), 'title', current?.name ?? null);
    write(byId('subtitle'), subtitle(current));
  }

  #drawHead({ isRoom, name, typists }) {
    writeParts(byId('typing'), texts.typing(typists));
    write(byId('leave'), isRoom ? 'Leave' : 'Close');
    const action = isRoom ? '' : this.#blocks.action(name);
    hide(byId('block'), action === '');
    write(byId('block'), action);
    mark(byId('block'), 'aria-label', `${action} ${isolated(name)}`);
  }
}

function subtitle(conversation) {
  if (conversation === null) return 'Choose a room from the list, or create one.';
  if (!conversation.isRoom) return 'Direct messages, which only the two of you can see';
  const people = texts.counted(conversation.people, 'member', 'members');
  return conversation.isPublic ? people : `Private room · ${people}`;
}
