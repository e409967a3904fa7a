// The entry point of the page: sign-in, connection state and dialogs.

import * as access from './sign-in.js';
import { AgentCoreClient, problemWithUser, trim } from './agentcore-client.js';
import { Chat } from './chat.js';
import { byId, sentence } from './dom.js';
import { forget, recall, remember } from './memory.js';
import { dialog, notice } from './notices.js';
import * as texts from './texts.js';
import './viewport.js';

let client = null;
let chat = null;
let isLeaving = false;

function serverAddress() {
  const url = new URL('.', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
}

function showProblem(sentence) {
  byId('sign-in-problem').textContent = sentence;
}

function askForToken() {
  byId('token-part').hidden = false;
  byId('show-token').hidden = true;
}

/** Describes why the server ended or refused the connection for good. Forgets a token that it does not accept. */
function ending(code, reason, user) {
  if (code !== 4401 && code !== 4403) return texts.closeReason(code);
  const sentence = access.refusal(code, reason, user);
  access.forgetToken();
  return sentence;
}

async function signIn(user, current = '') {
  const submit = document.querySelector('#sign-in .primary');
  submit.disabled = true;
  showProblem('');
  let welcome;
  try {
    client = new AgentCoreClient({ url: serverAddress(), user, token: access.token() });
    client.on('state', showState);
    welcome = await client.connect();
  } catch (error) {
    submit.disabled = false;
    document.body.dataset.screen = 'sign-in';
    if (error.closeCode === 4401) askForToken();
    showProblem(error.code === 'CLOSED' ? ending(error.closeCode, error.message, user) : texts.problem(error));
    return;
  }
  enter(user, welcome, current);
}

function enter(user, welcome, current) {
  document.body.dataset.screen = 'chat';
  remember({ user });
  const isOpenToAll = access.token() === '';
  const mayLeaveDrafts = () => isOpenToAll || access.isKept();
  chat = new Chat(client, { room: current, opened: (room) => remember({ current: room }), mayLeaveDrafts });
  chat.welcomed(welcome);
  if (access.isNew()) offerToKeep();
}

function offerToKeep() {
  const { until } = access.claims();
  const end = Number.isNaN(until) ? '' : ` Your link ends on ${access.date(until)}.`;
  byId('keep-text').replaceChildren(...sentence`You are signed in as ${client.user} in this tab.`, end);
  byId('keep').hidden = false;
}

/** Removes the offer, and moves the keyboard focus to where the user writes if it was there. */
function endOffer() {
  const offer = byId('keep');
  const hadFocus = offer.contains(document.activeElement);
  offer.hidden = true;
  if (hadFocus) byId('text').focus();
}

function showState(state) {
  const { status, sentence } = texts.connection(state, chat !== null);
  byId('connection-text').textContent = status;
  document.body.dataset.connection = state.state;
  byId('trouble').hidden = sentence === '';
  document.body.toggleAttribute('data-trouble', sentence !== '');
  byId('trouble-text').textContent = sentence;
  if (chat === null) showProblem(sentence);
  else if (state.state === 'closed') leave({ problem: ending(state.code, state.reason, client.user), user: client.user, code: state.code });
}

/**
 * Reloads the page, which discards its state. The first reason counts: events still arrive before the reload. What the
 * user wrote stays, unless the user has signed out.
 */
function leave(keep) {
  if (isLeaving) return;
  isLeaving = true;
  forget(keep.problem === undefined ? keep : { ...keep, unsent: recall().unsent });
  location.reload();
}

byId('sign-in').querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const typed = access.tokenIn(byId('token').value);
  if (typed !== '') access.use(typed);
  const name = byId('name').value || access.claims().user;
  const problem = problemWithUser(name);
  showProblem(problem);
  if (problem === '') signIn(trim(name));
  else byId('name').focus();
});
document.querySelectorAll('#keep button').forEach((button, index) =>
  button.addEventListener('click', () => {
    endOffer();
    if (index === 0 && !access.keep()) notice('This browser does not let the page store anything.');
  }),
);
// Escape first closes what is open above the page, such as a dialog.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && document.querySelector('dialog[open]') === null) endOffer();
});
byId('show-token').addEventListener('click', () => {
  askForToken();
  byId('token').focus();
});
byId('sign-out').addEventListener('click', () =>
  chat.signOut(() => {
    access.forgetToken(true);
    leave({});
  }),
);
access.onForgotten(() => {
  const { user, until } = access.claims();
  const hasEnded = until <= Date.now();
  if (!hasEnded) chat?.forgetUnsent();
  leave(hasEnded ? { problem: ending(4401, '', user), user, code: 4401 } : {});
});
byId('hurry').addEventListener('click', () => client.hurry());
byId('back').addEventListener('click', () => {
  document.body.dataset.view = 'list';
  document.querySelector('#sidebar [aria-current]')?.focus();
});
window.addEventListener('online', () => client?.hurry());
document.addEventListener('visibilitychange', () => document.hidden || client?.hurry());

byId('new-room').addEventListener(
  'click',
  dialog('room-dialog', async (form) => {
    const name = trim(byId('room-name').value);
    if (name === '') return 'Please enter a name.';
    try {
      await client.create(name, form.elements.kind.value === 'public');
      chat.openRoom(name);
      return '';
    } catch (error) {
      return texts.problem(error);
    }
  }),
);
byId('join-room').addEventListener(
  'click',
  dialog('join-dialog', async () => {
    const name = trim(byId('join-name').value);
    if (name === '') return 'Please enter a name.';
    try {
      await client.join(name);
      chat.openRoom(name);
      return '';
    } catch (error) {
      return texts.problem(error);
    }
  }),
);
byId('new-private').addEventListener(
  'click',
  dialog('private-dialog', async () => {
    const name = trim(byId('private-name').value);
    if (problemWithUser(name) !== '') return problemWithUser(name);
    chat.openPrivate(name);
    return '';
  }),
);

if (access.isNeeded) {
  byId('sign-in-intro').textContent = 'Open the link that you were given, or paste it here: it contains your name. The operator of this server can print another.';
  byId('invite-help').hidden = false;
  askForToken();
  byId('token').focus();
}
byId('sign-in').querySelector('.primary').disabled = false; // until now the browser would have sent the form by itself

const before = recall();
const user = access.claims().user || before.user;
byId('name').value = user ?? '';
if (before.problem !== undefined && !access.isNew()) {
  if (before.code === 4401) askForToken();
  showProblem(before.problem);
  forget({ unsent: before.unsent });
} else if (user !== undefined) {
  document.body.dataset.screen = 'starting';
  signIn(user, user === before.user ? before.current : '');
}
