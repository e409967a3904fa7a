// The entry point of the page for operators: the key, the connection state, and when to ask the server.

import { Api, ApiError } from './admin-api.js';
import { charts } from './admin-charts.js';
import { Rooms } from './admin-rooms.js';
import { Samples } from './admin-samples.js';
import { showSettings } from './admin-settings.js';
import { Users } from './admin-users.js';
import { byId, show } from './dom.js';

/** The server takes a sample this often. */
const PERIOD = 5_000;

/** The lists are asked for less often than the samples. */
const BEATS_PER_REFRESH = 3;

const KEPT = 'agentcore-admin-key';

const api = new Api();
const samples = new Samples();
const drawn = charts();
let scopes = [];
let visit = null; // what is new with each sign-in, so that no loop outlives its own
let hurry = () => {};

const mayChange = () => scopes.includes('manage');
const users = new Users(api, { mayChange });
const rooms = new Rooms(api, { mayChange, openUser: (user) => users.open(user) });
show(byId('charts'), drawn.map(({ element }) => element));

/** The tab's own storage, which some browsers deny: then the key is only in memory. */
function kept(change) {
  try {
    return change(sessionStorage);
  } catch {
    return null;
  }
}

async function signIn(key) {
  const submit = document.querySelector('#sign-in .primary');
  submit.disabled = true;
  byId('sign-in-problem').textContent = '';
  api.use(key);
  try {
    enter(await api.get('server'));
    kept((storage) => (byId('keep').checked ? storage.setItem(KEPT, key) : storage.removeItem(KEPT)));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    leave(error);
  } finally {
    submit.disabled = false;
  }
}

function enter(server) {
  scopes = server.scopes;
  visit = {};
  byId('key').value = '';
  byId('server-name').textContent = location.host;
  byId('key-name').textContent = `Version ${server.version} · key ${server.key}${mayChange() ? '' : ', which may only read'}`;
  document.title = `${location.host} · AgentCore`;
  showSettings(server.settings);
  document.body.dataset.screen = 'admin';
  keepAsking();
}

/** Returns to the sign-in, with the reason. A key that was refused is forgotten. */
function leave(error) {
  visit = null;
  if (error.refusesKey) kept((storage) => storage.removeItem(KEPT));
  document.body.dataset.screen = 'sign-in';
  byId('sign-in-problem').textContent = error.message;
  byId('key').focus();
}

async function keepAsking() {
  const own = visit;
  for (let beat = 0; own === visit; beat += 1) {
    if (!document.hidden) await ask(beat % BEATS_PER_REFRESH === 0);
    await new Promise((done) => {
      hurry = done;
      setTimeout(done, PERIOD);
    });
  }
}

async function ask(withLists) {
  try {
    samples.add((await api.get(`metrics?after=${Math.floor(samples.end)}`)).samples);
    if (withLists || document.body.dataset.connection !== 'online') await Promise.all([rooms.refresh(), users.refresh()]);
    showConnection('');
    drawn.forEach((chart) => chart.draw(samples));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.refusesKey) leave(error);
    else showConnection(error.message);
  }
}

/** Changes the text only if it differs, so that screen readers do not repeat it. */
function showConnection(problem) {
  document.body.dataset.connection = problem === '' ? 'online' : 'lost';
  byId('connection-text').textContent = problem === '' ? 'Connected' : 'Not connected';
  byId('trouble').hidden = problem === '';
  const sentence = problem === '' ? '' : `${problem} What is shown may be old. The page tries again every few seconds.`;
  if (byId('trouble-text').textContent !== sentence) byId('trouble-text').textContent = sentence;
}

byId('sign-in').querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const key = byId('key').value.trim();
  if (key === '') byId('sign-in-problem').textContent = 'Please enter a key.';
  else signIn(key);
});
byId('sign-out').addEventListener('click', () => {
  kept((storage) => storage.removeItem(KEPT));
  location.reload(); // which discards the key and all that was shown
});
byId('hurry').addEventListener('click', () => hurry());
window.addEventListener('online', () => hurry());
document.addEventListener('visibilitychange', () => document.hidden || hurry());

const keptKey = kept((storage) => storage.getItem(KEPT));
if (keptKey !== null) {
  byId('keep').checked = true;
  signIn(keptKey);
}
