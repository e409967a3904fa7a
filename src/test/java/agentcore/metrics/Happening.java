package agentcore.metrics;

import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What happens to a server, and which number tells of it.
 *
 * @param sample the number, named as it is written
 * @param by how much it is more afterwards; empty where that is not known
 * @param settings of the server
 */
record Happening(String sample, Optional<Double> by, Map<String, String> settings, Act act) {
  private static final Map<String, String> FREE = Map.of("RATE_LIMIT_MESSAGES", "0");

  /** Long texts fill what the operating system keeps for a client that does not read. */
  private static final Map<String, String> LONG_TEXTS =
      Map.of("RATE_LIMIT_MESSAGES", "0", "MAX_TEXT_LENGTH", "8000", "SEND_QUEUE_BYTES", "262144");

  /** So much stays in the queue, whatever the operating system still takes of it. */
  private static final double HALF_A_QUEUE = 131_072;

  /** What a client does; it may still be there when the number is read. */
  @FunctionalInterface
  interface Act {
    void on(Visitors visitors);
  }

  private static Happening one(String sample, Act act) {
    return new Happening(sample, Optional.of(1.0), FREE, act);
  }

  private static Happening some(String sample, Map<String, String> settings, Act act) {
    return new Happening(sample, Optional.empty(), settings, act);
  }

  /** Returns all that needs no Redis to happen. */
  static List<Happening> all() {
    return List.of(
        one("agentcore_connects_total", visitors -> visitors.enter("alice")),
        one("agentcore_connections", visitors -> visitors.enter("alice")),
        one(
            "agentcore_closes_total{code=\"1000\"}",
            visitors -> visitors.enter("a").closeNormally()),
        one(
            "agentcore_closes_total{code=\"1000\"}",
            visitors -> visitors.enter("a").send(RawFrame.of(8, new byte[0]))),
        one(
            "agentcore_closes_total{code=\"1006\"}",
            visitors -> visitors.enter("a").closeAbruptly()),
        one(
            "agentcore_closes_total{code=\"other\"}",
            visitors -> visitors.enter("a").send(RawFrame.close(4999, "mine"))),
        one(
            "agentcore_messages_received_total{type=\"ping\"}",
            visitors -> ask(visitors.enter("a"), "ping", "{}")),
        one(
            "agentcore_messages_received_total{type=\"unknown\"}",
            visitors -> ask(visitors.enter("a"), "rooms\\\"}", "{}")),
        one(
            "agentcore_messages_received_total{type=\"unknown\"}",
            visitors -> visitors.enter("a").send("{")),
        one(
            "agentcore_errors_total{error_code=\"NOT_IN_ROOM\"}",
            visitors -> ask(visitors.enter("a"), "leave_room", "{\"room\":\"den\"}")),
        one("agentcore_errors_total{error_code=\"INVALID_JSON\"}", v -> v.enter("a").send("{")),
        some(
            "agentcore_rate_limit_refusals_total{answer=\"error\"}",
            Map.of("RATE_LIMIT_BURST", "1", "RATE_LIMIT_MESSAGES", "1"),
            visitors -> repeat(3, visitors.enter("a"), "list_rooms")),
        some(
            "agentcore_rate_limit_refusals_total{answer=\"none\"}",
            Map.of(),
            visitors -> repeat(100, visitors.enter("a"), "pong")),
        one("agentcore_publish_duration_seconds_count", visitors -> say(visitors.enter("a"), "hi")),
        some("agentcore_publish_duration_seconds_sum", FREE, v -> say(v.enter("a"), "hi")),
        one("agentcore_delivery_lag_seconds_count", visitors -> say(visitors.enter("a"), "hi")),
        some(
            "agentcore_delivery_lag_seconds_sum", FREE, visitors -> say(visitors.enter("a"), "hi")),
        one("agentcore_events_delivered_total", visitors -> say(visitors.enter("a"), "hi")),
        one("agentcore_resumes_total{recovered=\"true\"}", visitors -> comeBack(visitors, true)),
        one("agentcore_resumes_total{recovered=\"false\"}", visitors -> comeBack(visitors, false)),
        one("agentcore_resumes_total{recovered=\"false\"}", Happening::joinAgain),
        one("agentcore_slow_consumers_total", LONG_TEXTS, Happening::doNotRead),
        one("agentcore_closes_total{code=\"4408\"}", LONG_TEXTS, Happening::doNotRead),
        some("agentcore_send_queue_bytes", LONG_TEXTS, Happening::fillTheQueue),
        some("agentcore_process_open_fds", FREE, visitors -> visitors.enter("a")),
        some(
            "agentcore_process_cpu_seconds_total",
            FREE,
            visitors -> say(visitors.enter("a"), "hi")),
        some("agentcore_jvm_gc_seconds_total", FREE, visitors -> collectGarbage(visitors)));
  }

  private static Happening one(String sample, Map<String, String> settings, Act act) {
    return new Happening(sample, Optional.of(1.0), settings, act);
  }

  private static void ask(RawClient client, String type, String data) {
    client.send("{\"type\":\"" + type + "\",\"data\":" + data + "}");
  }

  private static void repeat(int times, RawClient client, String type) {
    for (int i = 0; i < times; i++) {
      ask(client, type, "{}");
    }
  }

  /** Says something in the lobby and reads what comes back. */
  static JsonObject say(RawClient client, String text) {
    ask(client, "chat_message", "{\"room\":\"lobby\",\"text\":\"" + text + "\"}");
    return client.nextJson("chat_message");
  }

  private static void comeBack(Visitors visitors, boolean recovered) {
    String epoch = say(visitors.enter("a"), "missed").get("epoch").getAsString();
    String known = recovered ? epoch : "another";
    RawClient back = visitors.connect(RawClient.path("b") + "?since=0&epoch=" + known);
    if (back.nextJson("welcome").get("recovered").getAsBoolean() != recovered) {
      throw new AssertionError("not " + recovered);
    }
  }

  private static void joinAgain(Visitors visitors) {
    ask(visitors.enter("a"), "join_room", "{\"room\":\"lobby\",\"since\":0,\"epoch\":\"another\"}");
  }

  private static void doNotRead(Visitors visitors) {
    Numbers numbers = visitors.numbers();
    speakUntil(visitors, () -> numbers.get("agentcore_slow_consumers_total") > 0);
  }

  private static void fillTheQueue(Visitors visitors) {
    Numbers numbers = visitors.numbers();
    speakUntil(visitors, () -> numbers.get("agentcore_send_queue_bytes") > HALF_A_QUEUE);
  }

  private static void speakUntil(Visitors visitors, BooleanSupplier enough) {
    RawClient deaf = visitors.enter("deaf");
    try {
      deaf.socket().setReceiveBufferSize(4096);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RawClient loud = visitors.enter("loud");
    String text = "x".repeat(8000);
    for (int i = 0; i < 5000 && !enough.getAsBoolean(); i++) {
      JsonObject unused = say(loud, text);
    }
  }

  private static void collectGarbage(Visitors visitors) {
    Numbers numbers = visitors.numbers();
    double before = numbers.get("agentcore_jvm_gc_seconds_total");
    for (int i = 0; i < 100 && numbers.get("agentcore_jvm_gc_seconds_total") == before; i++) {
      System.gc();
    }
  }
}
