package agentcore.browser;

import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Measures the chat page while much happens: 200 rooms, 1,000 messages in the open room, 30 members
 * in the panel. Prints figures and asserts nothing; run it on a quiet machine, with {@code
 * src/bench/page}.
 */
public final class BusyPage {
  private static final int ROOMS = 200;
  private static final int MEMBERS = 30;
  private static final int MESSAGES = 1_000;
  private static final int EVENTS = 50;
  private static final int PAUSE_MILLIS = 150;
  private static final int BURST = 500;
  private static final int BURST_MILLIS = 5_000;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "RATE_LIMIT_MESSAGES", "0",
          "WS_HEARTBEAT_TIMEOUT", "86400",
          "MAX_ROOMS_PER_USER", "1000",
          "MAX_ROOMS_PER_CONNECTION", "1000");

  private final Chromium browser;
  private final TestServer server;
  private final RawClient writer;
  private final List<RawClient> members = new ArrayList<>();
  private final Tab tab;
  private int written;

  private BusyPage(Chromium browser, TestServer server) {
    this.browser = browser;
    this.server = server;
    this.writer = server.welcomed("writer");
    enterRooms();
    while (members.size() < MEMBERS - 2) {
      members.add(server.welcomed("member %d".formatted(members.size())));
    }
    this.tab = browser.open(BrowserTest.url(server.port()));
  }

  /** Argument: how many messages to send in the last part, 20,000 by default. */
  public static void main(String[] args) throws InterruptedException {
    Locale.setDefault(Locale.ROOT);
    try (Chromium browser = Chromium.start();
        TestServer server = TestServer.startWithPage(SETTINGS)) {
      BusyPage page = new BusyPage(browser, server);
      page.fill();
      page.measureEvents();
      page.measureBurst();
      page.measureHistory();
      page.measureMemory(args.length == 0 ? 20_000 : Integer.parseInt(args[0]));
      page.close();
    }
  }

  private void close() {
    tab.close();
    members.forEach(RawClient::close);
    writer.close();
  }

  /** Rooms follow the user, so the page enters those that alice joins here. */
  private void enterRooms() {
    try (RawClient alice = server.welcomed("alice")) {
      for (int i = 1; i < ROOMS; i++) {
        ask(writer, "create_room", "\"room_name\":\"room%d\"".formatted(i), "room_info");
        ask(alice, "join_room", "\"room\":\"room%d\"".formatted(i), "room_info");
      }
    }
  }

  private static void ask(RawClient client, String type, String data, String reply) {
    client.send("{\"type\":\"%s\",\"data\":{%s}}".formatted(type, data));
    client.nextJson(reply);
  }

  private void say(String room) {
    String data = "\"room\":\"%s\",\"text\":\"%s\"".formatted(room, text(++written));
    ask(writer, "chat_message", data, "chat_message");
  }

  private static String text(int number) {
    return "No. %d of the messages that make this page busy, and long enough for a line or two%s"
        .formatted(number, number % 7 == 0 ? ", which some of them are" : "");
  }

  private void fill() {
    Visitor.signIn(tab, "alice");
    tab.await("document.querySelectorAll('#rooms .name').length === " + ROOMS);
    tab.click("#rooms .name", "lobby");
    tab.click("#toggle-members");
    for (int i = 0; i < MESSAGES; i++) {
      say("lobby");
      if (i % 50 == 49) {
        awaitShown(written);
      }
    }
    System.out.printf(
        "%d rooms, %d messages, %d members; %s%n%n",
        ROOMS, MESSAGES, MEMBERS, browser.call("", "Browser.getVersion", "{}").get("product"));
  }

  private void awaitShown(int number) {
    tab.await(isLast(number));
  }

  private static String isLast(int number) {
    return "[...document.querySelectorAll('#log .text')].at(-1)?.textContent.startsWith('No. %d ')"
        .formatted(number);
  }

  /** Processor time of the main thread per event, one event in a frame. */
  private void measureEvents() throws InterruptedException {
    System.out.println("ms of main thread per event    all  script  style  layout");
    Metrics idle = measured(number -> {});
    print("  message in the open room", idle, measured(number -> say("lobby")));
    print("  message in another room", idle, measured(number -> say("room" + (number + 1))));
    print("  member comes or goes", idle, measured(this::comesOrGoes));
    print("  member begins or stops typing", idle, measured(this::types));
  }

  private void comesOrGoes(int number) {
    if (number % 2 == 0) {
      members.add(server.welcomed("guest"));
    } else {
      members.removeLast().close();
    }
  }

  private void types(int number) {
    String type = number % 2 == 0 ? "typing_start" : "typing_stop";
    members.getFirst().send("{\"type\":\"%s\",\"data\":{\"room\":\"lobby\"}}".formatted(type));
  }

  /** Lets some events happen at equal distances, and returns what the page needed in that time. */
  private Metrics measured(IntConsumer event) throws InterruptedException {
    Thread.sleep(1000); // until nothing happens any more
    Metrics before = Metrics.of(browser, tab);
    for (int i = 0; i < EVENTS; i++) {
      event.accept(i);
      Thread.sleep(PAUSE_MILLIS);
    }
    return Metrics.of(browser, tab).since(before);
  }

  private static void print(String kind, Metrics idle, Metrics measured) {
    Metrics net = measured.since(idle);
    System.out.printf(
        "%-31s%5.2f%8.2f%7.2f%8.2f%n",
        kind,
        net.task * 1000 / EVENTS,
        net.script * 1000 / EVENTS,
        net.style * 1000 / EVENTS,
        net.layout * 1000 / EVENTS);
  }

  /** The time from the first of many messages until all are shown. */
  private void measureBurst() throws InterruptedException {
    Thread.sleep(1000);
    Metrics before = Metrics.of(browser, tab);
    long start = System.nanoTime();
    for (int i = 0; i < BURST; i++) {
      long due = start + i * (BURST_MILLIS * 1_000_000L / BURST);
      Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
      say("lobby");
    }
    double offered = seconds(start);
    awaitShown(written);
    System.out.printf(
        "%n%d messages offered in %.1f s: on the screen after %.2f s, %.0f ms of main thread%n",
        BURST, offered, seconds(start), Metrics.of(browser, tab).since(before).task * 1000);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** How far the message at the top of the view moves when older messages come above it. */
  private void measureHistory() {
    double moved = 0;
    for (int i = 0; i < 5; i++) {
      tab.eval(
          """
          (() => {
            log.scrollTop = 0;
            const row = document.querySelector('#log .message');
            window.anchor = { row, top: row.getBoundingClientRect().top };
            return 0;
          })()""");
      if (!isHistoryLoaded()) {
        break;
      }
      String now = "anchor.row.getBoundingClientRect().top - anchor.top";
      moved = Math.max(moved, Math.abs(tab.eval(now).getAsDouble()));
    }
    System.out.printf("%nhistory loaded above: the first row moved by %.1f px%n", moved);
    while (!tab.is(
        isLast(written) + " && log.scrollHeight - log.scrollTop - log.clientHeight < 1")) {
      tab.eval("log.scrollTop = log.scrollHeight");
    }
  }

  /** Waits until there are rows above; there may be none left on the server. */
  private boolean isHistoryLoaded() {
    tab.await(
        "document.querySelector('#log .message') !== anchor.row || document.querySelector('.beginning.begin')");
    return tab.is("document.querySelector('#log .message') !== anchor.row");
  }

  /** Heap and nodes while messages arrive in the open room and in others. */
  private void measureMemory(int messages) {
    System.out.printf("%nmessages  heap MB  DOM nodes  rows of messages%n");
    for (int i = 0; i < messages; i++) {
      if (i % (messages / 4) == 0) {
        printMemory(i);
      }
      say(i % 2 == 0 ? "room" + (i / 2 % (ROOMS - 1) + 1) : "lobby");
      if (i % 200 == 199) {
        awaitShown(written);
      }
    }
    printMemory(messages);
  }

  private void printMemory(int messages) {
    for (int i = 0; i < 3; i++) {
      browser.call(tab.session(), "HeapProfiler.collectGarbage", "{}");
    }
    JsonObject heap = browser.call(tab.session(), "Runtime.getHeapUsage", "{}");
    System.out.printf(
        "%8d%9.1f%11d%18d%n",
        messages,
        heap.get("usedSize").getAsDouble() / 1e6,
        browser.call(tab.session(), "Memory.getDOMCounters", "{}").get("nodes").getAsInt(),
        tab.eval("document.querySelectorAll('#log .message').length").getAsInt());
  }

  /** Seconds of processor time of the page's main thread, so that other programs do not count. */
  private record Metrics(double task, double script, double style, double layout) {

    static Metrics of(Chromium browser, Tab tab) {
      browser.call(tab.session(), "Performance.enable", "{\"timeDomain\":\"threadTicks\"}");
      JsonObject answer = browser.call(tab.session(), "Performance.getMetrics", "{}");
      return new Metrics(
          seconds(answer, "TaskDuration"),
          seconds(answer, "ScriptDuration"),
          seconds(answer, "RecalcStyleDuration"),
          seconds(answer, "LayoutDuration"));
    }

    private static double seconds(JsonObject answer, String name) {
      return answer.getAsJsonArray("metrics").asList().stream()
          .map(metric -> metric.getAsJsonObject())
          .filter(metric -> Chromium.text(metric, "name").equals(name))
          .mapToDouble(metric -> metric.get("value").getAsDouble())
          .findFirst()
          .orElseThrow();
    }

    Metrics since(Metrics before) {
      return new Metrics(
          task - before.task, script - before.script, style - before.style, layout - before.layout);
    }
  }
}
