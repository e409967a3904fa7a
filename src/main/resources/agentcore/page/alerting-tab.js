// Lets one tab alert a user who has several, and none while the user looks at one of them. The tabs of one browser agree by
// Web Locks. Where there are none, as on a page without https, each tab decides for itself.

const isLooking = () => !document.hidden && document.hasFocus();

export class AlertingTab {
  #isChosen = navigator.locks === undefined;
  #lookedAt;
  #stopLooking = null;

  /** @param {string} user tabs of other users do not count */
  constructor(user) {
    const place = `${location.pathname} ${user}`;
    this.#lookedAt = `agentcore-looked-at ${place}`;
    if (this.#isChosen) return;
    // The tab that has the lock alerts until it is closed; then the browser gives the lock to the next one.
    const keep = () => {
      this.#isChosen = true;
      return new Promise(() => {});
    };
    navigator.locks.request(`agentcore-alerts ${place}`, keep).catch(() => (this.#isChosen = true));
    for (const type of ['focus', 'blur']) window.addEventListener(type, () => this.#look());
    document.addEventListener('visibilitychange', () => this.#look());
    this.#look();
  }

  /** Resolves with whether this tab shall alert the user. */
  async mayAlert() {
    if (!this.#isChosen || isLooking()) return false;
    const { held = [] } = (await navigator.locks?.query().catch(() => null)) ?? {};
    return !held.some(({ name }) => name === this.#lookedAt);
  }

  /** Shares a lock with other tabs while the user looks at this one. */
  #look() {
    if (isLooking() === (this.#stopLooking !== null)) return;
    if (this.#stopLooking !== null) {
      this.#stopLooking();
      this.#stopLooking = null;
      return;
    }
    const looks = new Promise((resolve) => (this.#stopLooking = resolve));
    navigator.locks.request(this.#lookedAt, { mode: 'shared' }, () => looks).catch(() => {});
  }
}
