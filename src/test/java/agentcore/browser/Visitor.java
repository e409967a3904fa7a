package agentcore.browser;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;

/** A user of the chat page. */
final class Visitor {
  private final Tab tab;

  private Visitor(Tab tab) {
    this.tab = tab;
  }

  /** Signs in on an open page. */
  static Visitor signIn(Tab tab, String name) {
    tab.click("#name");
    tab.type(name);
    tab.press("Enter");
    return signedIn(tab);
  }

  /** Waits until the page is ready after a sign-in. */
  static Visitor signedIn(Tab tab) {
    tab.await("document.body.dataset.connection === 'online' && title.textContent !== ''");
    return new Visitor(tab);
  }

  Tab tab() {
    return tab;
  }

  /** Sends a message to the open conversation. */
  void say(String text) {
    tab.click("#text");
    tab.type(text);
    if (tab.is("text.enterKeyHint === 'send'")) {
      tab.press("Enter");
    } else {
      tab.click("#send");
    }
  }

  /** Opens a conversation by its name. */
  void open(String name) {
    tab.click("#rooms .name, #people .name", name);
    awaitOpen(name);
  }

  /** Waits until a conversation is open. */
  void awaitOpen(String name) {
    tab.await("title.textContent === " + Tab.quoted(name));
  }

  /** Creates a room. */
  void create(String name, String kind) {
    tab.click("#new-room");
    tab.type(name);
    tab.click("#room-dialog [value=%s]".formatted(kind));
    tab.click("#room-dialog .primary");
    awaitOpen(name);
  }

  /** Waits until this is the last message, as "name: text (state)". */
  void awaitLast(String message) {
    tab.await(messagesScript() + ".at(-1) === " + Tab.quoted(message));
  }

  /** Waits until this many messages are shown. */
  void awaitCount(int count) {
    tab.await(messagesScript() + ".length === " + count);
  }

  /** Returns all visible messages, in order. */
  List<String> messages() {
    List<String> messages = new ArrayList<>();
    for (JsonElement message : tab.eval(messagesScript()).getAsJsonArray()) {
      messages.add(message.getAsString());
    }
    return messages;
  }

  private static String messagesScript() {
    return "[...document.querySelectorAll('.message')].map(m =>"
        + " m.querySelector('.author').textContent + ': ' + m.querySelector('.text').textContent"
        + " + (m.matches('.own') ? ' (' + m.querySelector('.delivery').textContent + ')' : ''))";
  }

  /** Waits until a text is visible. */
  void awaitText(String text) {
    tab.await("document.body.innerText.includes(" + Tab.quoted(text) + ")");
  }

  /** Waits until a text is not visible. */
  void awaitNoText(String text) {
    tab.await("!document.body.innerText.includes(" + Tab.quoted(text) + ")");
  }
}
