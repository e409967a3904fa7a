// Asks before the user leaves a private room, which nobody enters again without an invitation.

import { byId, sentence } from './dom.js';
import { dialog } from './notices.js';

/**
 * Connects the button that leaves the open conversation.
 *
 * @param {() => object} current returns the open conversation
 * @param {() => void} leave leaves it
 */
export function connectLeaving(current, leave) {
  let asked = null;
  const ask = dialog('leave-dialog', async () => {
    if (current() === asked) leave(); // it may have ended while the dialog was open
    return '';
  });
  byId('leave').addEventListener('click', () => {
    asked = current();
    if (!asked.isRoom || asked.isPublic) {
      leave();
      return;
    }
    byId('leave-title').replaceChildren(...sentence`Leave ${asked.name}?`);
    ask();
  });
}
