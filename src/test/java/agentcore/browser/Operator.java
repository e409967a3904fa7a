package agentcore.browser;

/** An operator on the page for operators. */
final class Operator {
  private final Tab tab;

  private Operator(Tab tab) {
    this.tab = tab;
  }

  /** Signs in on an open page. */
  static Operator signIn(Tab tab, String key) {
    tab.click("#key");
    tab.eval("document.getElementById('key').value = ''");
    tab.type(key);
    tab.press("Enter");
    return signedIn(tab);
  }

  /** Waits until the page shows the server. */
  static Operator signedIn(Tab tab) {
    tab.await("document.body.dataset.connection === 'online' && charts.checkVisibility()");
    return new Operator(tab);
  }

  Tab tab() {
    return tab;
  }

  /** Opens a room that is in the list. */
  void openRoom(String name) {
    tab.click("#rooms .name", name);
    awaitRoom(name);
  }

  /** Waits until the members of a room are shown. */
  void awaitRoom(String name) {
    tab.await(
        "document.getElementById('room-title').textContent === %s && document.getElementById('room-note').textContent !== ''"
            .formatted(Tab.quoted(name)));
  }

  /** Replaces what is in the field that filters the rooms. */
  void search(String words) {
    replace("room-search", words);
  }

  private void replace(String field, String text) {
    tab.click("#" + field);
    tab.eval("document.getElementById('" + field + "').select()");
    tab.type(text);
  }

  /** Looks up a user. */
  void lookUp(String name) {
    replace("user-name", name);
    tab.press("Enter");
    tab.await("user.querySelector('.name')?.textContent === " + Tab.quoted(name));
  }

  /** Confirms a change that the page asks about. */
  void confirm(String label) {
    tab.await("document.getElementById('confirm').open");
    tab.click("#confirm .danger", label);
    tab.await("!document.getElementById('confirm').open");
  }

  /** Waits until a chart's text alternative matches a pattern. */
  void awaitChart(String pattern) {
    tab.await(
        "[...document.querySelectorAll('.plot svg')].some(s => new RegExp(%s).test(s.ariaLabel))"
            .formatted(Tab.quoted(pattern)));
  }

  /** Waits until a text is visible. */
  void awaitText(String text) {
    tab.await(
        "document.body.innerText.replace(/[\\u2068\\u2069]/g, '').includes("
            + Tab.quoted(text)
            + ")");
  }
}
