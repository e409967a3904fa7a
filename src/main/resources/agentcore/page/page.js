// The beginning of the page: signing in, the state of the connection, and the dialogs.

import { AgentCoreClient, problemWithUser } from './agentcore-client.js';
import { Chat } from './chat.js';
import { byId } from './dom.js';
import { dialog } from './notices.js';
import * as words from './words.js';

/** For a reload of this tab; a token is not kept. */
const memory = {
  get: () => JSON.parse(sessionStorage.getItem('agentcore') ?? '{}'),
  set: (fields) => sessionStorage.setItem('agentcore', JSON.stringify({ ...memory.get(), ...fields })),
  clear: (fields = {}) => sessionStorage.setItem('agentcore', JSON.stringify(fields)),
};

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
  client = new AgentCoreClient({ url: serverAddress(), user, token, rooms });
  client.on('state', showState);
  try {
    const welcome = await client.connect();
    enter(user, welcome, current);
  } catch (error) {
    submit.disabled = false;
    document.body.dataset.screen = 'sign-in';
    if (error.closeCode === 4401) askForToken();
    showProblem(words.farewell(error.closeCode));
  }
}

function enter(user, welcome, current) {
  document.body.dataset.screen = 'chat';
  chat = new Chat(client, (rooms, open) => memory.set({ user, rooms, current: open }));
  chat.welcomed(welcome);
  client.on('room_joined', ({ room }) => room === current && chat.openRoom(room));
}

function showState(state) {
  const { word, sentence } = words.connection(state, chat !== null);
  byId('connection-words').textContent = word;
  document.body.dataset.connection = state.state;
  byId('trouble').hidden = sentence === '';
  byId('trouble-words').textContent = sentence;
  if (chat === null) showProblem(sentence);
  else if (state.state === 'closed') leave({ problem: words.farewell(state.code), user: client.user, code: state.code });
}

/** Begins anew, which forgets all that was on the page. */
function leave(keep) {
  memory.clear(keep);
  location.reload();
}

byId('sign-in').querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = byId('name').value;
  const problem = problemWithUser(name);
  showProblem(problem);
  if (problem === '') signIn(name.trim(), byId('token').value.trim());
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
    const name = byId('room-name').value.trim();
    if (name === '') return 'Please enter a name.';
    try {
      await client.create(name, form.elements.kind.value === 'public');
      chat.openRoom(name);
      return '';
    } catch (error) {
      return words.problem(error);
    }
  }),
);
byId('new-private').addEventListener(
  'click',
  dialog('private-dialog', async () => {
    const name = byId('private-name').value.trim();
    if (problemWithUser(name) !== '') return problemWithUser(name);
    chat.openPrivate(name);
    return '';
  }),
);

const before = memory.get();
byId('name').value = before.user ?? '';
if (before.problem !== undefined) {
  if (before.code === 4401) askForToken();
  showProblem(before.problem);
  memory.clear();
} else if (before.user !== undefined) {
  document.body.dataset.screen = 'starting';
  signIn(before.user, '', before);
}
