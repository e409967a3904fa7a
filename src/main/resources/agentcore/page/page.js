// The entry point of the page: sign-in, connection state and dialogs.

import { AgentCoreClient, problemWithUser, trim } from './agentcore-client.js';
import { Chat } from './chat.js';
import { byId } from './dom.js';
import { forget, recall, remember } from './memory.js';
import { dialog } from './notices.js';
import * as texts from './texts.js';

let client = null;
let chat = null;

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

async function signIn(user, token, { rooms = [], current } = {}) {
  const submit = document.querySelector('#sign-in .primary');
  submit.disabled = true;
  showProblem('');
  let welcome;
  try {
    client = new AgentCoreClient({ url: serverAddress(), user, token, rooms });
    client.on('state', showState);
    welcome = await client.connect();
  } catch (error) {
    submit.disabled = false;
    document.body.dataset.screen = 'sign-in';
    if (error.closeCode === 4401) askForToken();
    showProblem(error.code === 'CLOSED' ? texts.closeReason(error.closeCode) : texts.problem(error));
    return;
  }
  enter(user, welcome, current);
}

function enter(user, welcome, current) {
  document.body.dataset.screen = 'chat';
  chat = new Chat(client, (rooms, open) => remember({ user, rooms, current: open }));
  chat.welcomed(welcome);
  client.on('room_joined', ({ room }) => room === current && chat.openRoom(room));
}

function showState(state) {
  const { status, sentence } = texts.connection(state, chat !== null);
  byId('connection-text').textContent = status;
  document.body.dataset.connection = state.state;
  byId('trouble').hidden = sentence === '';
  byId('trouble-text').textContent = sentence;
  if (chat === null) showProblem(sentence);
  else if (state.state === 'closed') leave({ problem: texts.closeReason(state.code), user: client.user, code: state.code });
}

/** Reloads the page, which discards its state. */
function leave(keep) {
  forget(keep);
  location.reload();
}

byId('sign-in').querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = byId('name').value;
  const problem = problemWithUser(name);
  showProblem(problem);
  if (problem === '') signIn(trim(name), byId('token').value.trim());
  else byId('name').focus();
});
byId('show-token').addEventListener('click', () => {
  askForToken();
  byId('token').focus();
});
byId('sign-out').addEventListener('click', () => leave({}));
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
byId('new-private').addEventListener(
  'click',
  dialog('private-dialog', async () => {
    const name = trim(byId('private-name').value);
    if (problemWithUser(name) !== '') return problemWithUser(name);
    chat.openPrivate(name);
    return '';
  }),
);

const before = recall();
byId('name').value = before.user ?? '';
if (before.problem !== undefined) {
  if (before.code === 4401) askForToken();
  showProblem(before.problem);
  forget();
} else if (before.user !== undefined) {
  document.body.dataset.screen = 'starting';
  signIn(before.user, '', before);
}
