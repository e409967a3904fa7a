package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One page of a browser, operated with mouse and keyboard events rather than by calling the page's
 * functions.
 */
final class Tab {
  /** Does what a mouse does; returns whether the element was there and not covered. */
  private static final String CLICK =
      """
      (e => {
        if (!e) return false;
        e.scrollIntoView({block: 'nearest'});
        const r = e.getBoundingClientRect();
        const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
        if (!top || !(e.contains(top) || top.closest('label')?.control === e)) return false;
        const at = {bubbles: true, cancelable: true, detail: 1};
        const isFree = e.dispatchEvent(new PointerEvent('pointerdown', at));
        if (isFree && e.dispatchEvent(new MouseEvent('mousedown', at))) {
          e.closest('button, input, textarea, select, summary, a[href], [tabindex]')?.focus();
        }
        if (isFree) e.dispatchEvent(new MouseEvent('mouseup', at));
        e.click();
        return true;
      })
      """;

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private final Chromium browser;
  private final String context;
  private final String target;
  private final String session;
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<Loaded> loaded = new CopyOnWriteArrayList<>();
  private final AtomicInteger webSockets = new AtomicInteger();

  /**
   * A file that the browser loaded.
   *
   * @param connection the number of the connection that carried it
   */
  record Loaded(String url, int connection) {}

  Tab(Chromium browser, String context, String target, String session) {
    this.browser = browser;
    this.context = context;
    this.target = target;
    this.session = session;
  }

  void begin(String url) {
    call("Runtime.enable", "{}");
    call("Log.enable", "{}");
    call("Page.enable", "{}");
    // Each tab behaves as if it had the focus.
    call("Emulation.setFocusEmulationEnabled", "{\"enabled\":true}");
    size(1280, 800);
    go(url);
  }

  String context() {
    return context;
  }

  String session() {
    return session;
  }

  private JsonObject call(String method, String parameters) {
    return browser.call(session, method, parameters);
  }

  /** Opens a page and waits until it is loaded. */
  void go(String url) {
    JsonObject where = new JsonObject();
    where.addProperty("url", url);
    call("Page.navigate", where.toString());
    await("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  /** Returns the addresses in the history of this tab. */
  List<String> history() {
    return call("Page.getNavigationHistory", "{}").getAsJsonArray("entries").asList().stream()
        .map(entry -> Chromium.text(entry.getAsJsonObject(), "url"))
        .toList();
  }

  /** Runs a script at the start of every page that this tab opens from now on. */
  void beginEveryPageWith(String script) {
    call("Page.addScriptToEvaluateOnNewDocument", "{\"source\":" + quoted(script) + "}");
  }

  /** Records what this tab loads from now on, without the browser's cache. */
  void recordLoads() {
    call("Network.enable", "{}");
    call("Network.setCacheDisabled", "{\"cacheDisabled\":true}");
    call("Security.setIgnoreCertificateErrors", "{\"ignore\":true}");
  }

  /** Returns the number of WebSockets since {@link #recordLoads}. */
  int webSockets() {
    return webSockets.get();
  }

  /** Returns what was loaded since {@link #recordLoads}. */
  List<Loaded> loaded() {
    return List.copyOf(loaded);
  }

  void received(String method, JsonObject event) {
    if (method.equals("Network.responseReceived")) {
      JsonObject response = event.getAsJsonObject("response");
      loaded.add(
          new Loaded(Chromium.text(response, "url"), response.get("connectionId").getAsInt()));
    } else if (method.equals("Network.webSocketCreated")) {
      webSockets.incrementAndGet();
    }
    boolean isError =
        switch (method) {
          case "Runtime.exceptionThrown" -> true;
          case "Runtime.consoleAPICalled" ->
              List.of("error", "warning", "assert").contains(Chromium.text(event, "type"));
          case "Log.entryAdded" ->
              List.of("error", "warning")
                  .contains(Chromium.text(event.getAsJsonObject("entry"), "level"));
          default -> false;
        };
    if (isError) {
      errors.add(event.toString());
    }
  }

  /** Returns the errors and warnings of the page's console. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  /** Evaluates JavaScript and awaits a promise. */
  JsonElement eval(String script) {
    JsonObject what = new JsonObject();
    what.addProperty("expression", script);
    what.addProperty("awaitPromise", true);
    what.addProperty("returnByValue", true);
    what.addProperty("userGesture", true);
    JsonObject reply = call("Runtime.evaluate", what.toString());
    if (reply.has("exceptionDetails")) {
      throw new AssertionError(script + ": " + reply.get("exceptionDetails"));
    }
    JsonElement value = reply.getAsJsonObject("result").get("value");
    return value == null ? JsonNull.INSTANCE : value;
  }

  /** Returns whether a JavaScript condition holds; false while a page is loading. */
  boolean is(String condition) {
    return eval("document.readyState !== 'loading' && Boolean(" + condition + ")").getAsBoolean();
  }

  /** Waits until a JavaScript condition holds. It may fail while a page is being replaced. */
  void await(String condition) {
    AtomicReference<String> fault = new AtomicReference<>("");
    try {
      Await.until(condition, () -> holds(condition, fault));
    } catch (AssertionError late) {
      String seen = eval("String(document.body?.innerText).slice(-2000)").getAsString();
      throw new AssertionError(late.getMessage() + fault + "\nThe page shows:\n" + seen, late);
    }
  }

  private boolean holds(String condition, AtomicReference<String> fault) {
    try {
      return is(condition);
    } catch (AssertionError notNow) {
      fault.set("\n" + notNow.getMessage());
      return false;
    }
  }

  /** Clicks the first visible element that matches a CSS selector. */
  void click(String selector) {
    click(selector, "");
  }

  /**
   * Clicks an element whose text or label starts with {@code words}, apart from the characters that
   * isolate names, once nothing covers its centre. It is found and clicked in one step, since a
   * list may move at any time.
   */
  void click(String selector, String words) {
    await(CLICK + "(" + find(selector, words) + ")");
  }

  private static String find(String selector, String words) {
    return "[...document.querySelectorAll(%s)].find(e => e.checkVisibility() && !e.disabled && (e.ariaLabel ?? e.textContent).replace(/[\\u2068\\u2069]/g, '').trim().startsWith(%s))"
        .formatted(quoted(selector), quoted(words));
  }

  /** Turns the mouse wheel over an element; negative values scroll up. */
  void wheel(String selector, int pixels) {
    JsonArray at =
        eval("(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector("
                + quoted(selector)
                + ").getBoundingClientRect())")
            .getAsJsonArray();
    call(
        "Input.dispatchMouseEvent",
        "{\"type\":\"mouseWheel\",\"x\":%s,\"y\":%s,\"deltaX\":0,\"deltaY\":%d}"
            .formatted(at.get(0), at.get(1), pixels));
  }

  /** Moves the mouse to the left end of an element, over which it is then. */
  void moveToLeftOf(String selector) {
    JsonArray at =
        eval("(r => [r.x + 1, r.y + r.height / 2])(document.querySelector("
                + quoted(selector)
                + ").getBoundingClientRect())")
            .getAsJsonArray();
    call(
        "Input.dispatchMouseEvent",
        "{\"type\":\"mouseMoved\",\"x\":%s,\"y\":%s}".formatted(at.get(0), at.get(1)));
  }

  /** Types into the focused element. */
  void type(String text) {
    call("Input.insertText", "{\"text\":" + quoted(text) + "}");
  }

  /** Composes a text with an input method, as for Chinese, without committing it. */
  void compose(String text) {
    call(
        "Input.imeSetComposition",
        "{\"text\":%s,\"selectionStart\":%d,\"selectionEnd\":%d}"
            .formatted(quoted(text), text.length(), text.length()));
  }

  /** Presses Enter as an input method passes it on that uses the key itself. */
  void pressEnterInInputMethod() {
    for (String type : List.of("rawKeyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          "{\"type\":\"%s\",\"key\":\"Enter\",\"code\":\"Enter\",\"windowsVirtualKeyCode\":229}"
              .formatted(type));
    }
  }

  /** Presses and releases a key such as {@code Enter}, {@code Tab} or {@code Escape}. */
  void press(String key) {
    press(key, false);
  }

  /** Presses a key, optionally with shift. */
  void press(String key, boolean shift) {
    JsonObject event = new JsonObject();
    event.addProperty("key", key);
    event.addProperty("code", key.equals(" ") ? "Space" : key);
    event.addProperty("modifiers", shift ? 8 : 0);
    event.addProperty("windowsVirtualKeyCode", keyCode(key));
    if (key.equals("Enter") || key.equals(" ")) {
      event.addProperty("text", key.equals("Enter") ? "\r" : key);
    }
    event.addProperty("type", "keyDown");
    call("Input.dispatchKeyEvent", event.toString());
    event.remove("text");
    event.addProperty("type", "keyUp");
    call("Input.dispatchKeyEvent", event.toString());
  }

  /** Presses a letter together with the control key. */
  void control(char letter) {
    for (String type : List.of("rawKeyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          "{\"type\":\"%s\",\"key\":\"%s\",\"modifiers\":2,\"windowsVirtualKeyCode\":%d}"
              .formatted(type, letter, (int) Character.toUpperCase(letter)));
    }
  }

  private static int keyCode(String key) {
    return switch (key) {
      case "Tab" -> 9;
      case "Enter" -> 13;
      case "Backspace" -> 8;
      case "Escape" -> 27;
      case " " -> 32;
      case "ArrowUp" -> 38;
      case "ArrowDown" -> 40;
      default -> throw new IllegalArgumentException("no code for " + key);
    };
  }

  /** Presses Tab until the element whose text or label begins with this has the focus. */
  void tabTo(String label) {
    String name =
        "(e => (e.ariaLabel ?? e.labels?.[0]?.textContent ?? e.textContent).replace(/[\\u2068\\u2069]/g, ''))";
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String now = eval(name + "(document.activeElement)").getAsString().strip();
      if (now.startsWith(label)) {
        return;
      }
      seen.add(now.lines().findFirst().orElse(""));
      press("Tab");
    }
    throw new AssertionError("Tab does not reach " + label + ": " + seen);
  }

  /** Checks that the page is not wider than the window. */
  void assertFits() {
    assertTrue(
        is("document.documentElement.scrollWidth <= innerWidth"),
        "the page is wider than the window");
  }

  /** Resizes the window. */
  void size(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":false}"
            .formatted(width, height));
  }

  /** Emulates a phone, which has a touch screen and no mouse. */
  void phone(int width, int height) {
    call("Emulation.setTouchEmulationEnabled", "{\"enabled\":true}");
    call(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":true}"
            .formatted(width, height));
  }

  /** Lets the page believe that its window has the focus, or not; a headless browser has one. */
  void focus(boolean hasFocus) {
    eval("document.hasFocus = () => " + hasFocus);
    eval("window.dispatchEvent(new Event('%s'))".formatted(hasFocus ? "focus" : "blur"));
  }

  /** Loads the page again. */
  void reload() {
    eval("window.isBeforeReload = true; location.reload()");
    await("window.isBeforeReload === undefined");
  }

  /** Emulates a preference for a dark colour scheme. */
  void dark() {
    call(
        "Emulation.setEmulatedMedia",
        "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"dark\"}]}");
  }

  /** Emulates a preference for less motion, or for none. */
  void reducedMotion(boolean isReduced) {
    call(
        "Emulation.setEmulatedMedia",
        "{\"features\":[{\"name\":\"prefers-reduced-motion\",\"value\":\"%s\"}]}"
            .formatted(isReduced ? "reduce" : "no-preference"));
  }

  /** Returns why the browser would not install the page as an application. */
  List<String> installabilityErrors() {
    List<String> problems = new ArrayList<>();
    for (JsonElement error : call("Page.getAppManifest", "{}").getAsJsonArray("errors")) {
      problems.add(Chromium.text(error.getAsJsonObject(), "message"));
    }
    for (JsonElement error :
        call("Page.getInstallabilityErrors", "{}").getAsJsonArray("installabilityErrors")) {
      problems.add(Chromium.text(error.getAsJsonObject(), "errorId"));
    }
    return problems;
  }

  /** Emulates forced colours, as with a high-contrast theme. */
  void forcedColours() {
    call(
        "Emulation.setEmulatedMedia",
        "{\"features\":[{\"name\":\"forced-colors\",\"value\":\"active\"}]}");
  }

  /** Writes a screenshot to target/screenshots. */
  void screenshot(String name) {
    JsonObject shot = call("Page.captureScreenshot", "{\"format\":\"png\"}");
    try {
      Files.createDirectories(SCREENSHOTS);
      byte[] png = Base64.getDecoder().decode(Chromium.text(shot, "data"));
      Files.write(SCREENSHOTS.resolve(name + ".png"), png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the page. */
  void close() {
    browser.forget(this);
    browser.call("", "Target.closeTarget", "{\"targetId\":" + quoted(target) + "}");
  }

  /** Returns a text as a JavaScript and JSON string literal. */
  static String quoted(String text) {
    return new JsonPrimitive(text).toString();
  }
}
