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
 * An event on a server, and the metric that must move with it.
 *
 * @param sample the written name of the sample
 * @param by how much it increases; empty if that varies
 * @param settings of the server
 * @param act causes the event
 */
record MetricEvent(String sample, Optional<Double> by, Map<String, String> settings, Act act) {
  private static final Map<String, String> FREE = Map.of("RATE_LIMIT_MESSAGES", "0");

  /** Long texts fill the kernel's buffers of a client that does not read. */
  private static final Map<String, String> LONG_TEXTS =
      Map.of("RATE_LIMIT_MESSAGES", "0", "MAX_TEXT_LENGTH", "8000", "SEND_QUEUE_BYTES", "262144");

  /** Enough to stay in the queue even if the kernel still takes some of it. */
  private static final double HALF_A_QUEUE = 131_072;

  /** What clients do; they may still be connected when the metric is read. */
  @FunctionalInterface
  interface Act {
    void on(Clients clients);
  }

  private static MetricEvent one(String sample, Act act) {
    return new MetricEvent(sample, Optional.of(1.0), FREE, act);
  }

  private static MetricEvent some(String sample, Map<String, String> settings, Act act) {
    return new MetricEvent(sample, Optional.empty(), settings, act);
  }

  /** Returns all events that need no Redis. */
  static List<MetricEvent> all() {
    return List.of(
        one("agentcore_connects_total", clients -> clients.enter("alice")),
        one("agentcore_connections", clients -> clients.enter("alice")),
        one("agentcore_closes_total{code=\"1000\"}", clients -> clients.enter("a").closeNormally()),
        one(
            "agentcore_closes_total{code=\"1000\"}",
            clients -> clients.enter("a").send(RawFrame.of(8, new byte[0]))),
        one("agentcore_closes_total{code=\"1006\"}", clients -> clients.enter("a").closeAbruptly()),
        one(
            "agentcore_closes_total{code=\"other\"}",
            clients -> clients.enter("a").send(RawFrame.close(4999, "mine"))),
        one(
            "agentcore_messages_received_total{type=\"ping\"}",
            clients -> ask(clients.enter("a"), "ping", "{}")),
        one(
            "agentcore_messages_received_total{type=\"unknown\"}",
            clients -> ask(clients.enter("a"), "rooms\\\"}", "{}")),
        one(
            "agentcore_messages_received_total{type=\"unknown\"}",
            clients -> clients.enter("a").send("{")),
        one(
            "agentcore_errors_total{error_code=\"NOT_IN_ROOM\"}",
            clients -> ask(clients.enter("a"), "leave_room", "{\"room\":\"den\"}")),
        one("agentcore_errors_total{error_code=\"INVALID_JSON\"}", v -> v.enter("a").send("{")),
        some(
            "agentcore_rate_limit_refusals_total{answer=\"error\"}",
            Map.of("RATE_LIMIT_BURST", "1", "RATE_LIMIT_MESSAGES", "1"),
            clients -> repeat(3, clients.enter("a"), "list_rooms")),
        some(
            "agentcore_rate_limit_refusals_total{answer=\"none\"}",
            Map.of(),
            clients -> repeat(100, clients.enter("a"), "pong")),
        one("agentcore_publish_duration_seconds_count", clients -> say(clients.enter("a"), "hi")),
        some("agentcore_publish_duration_seconds_sum", FREE, v -> say(v.enter("a"), "hi")),
        one("agentcore_delivery_lag_seconds_count", clients -> say(clients.enter("a"), "hi")),
        some("agentcore_delivery_lag_seconds_sum", FREE, clients -> say(clients.enter("a"), "hi")),
        one("agentcore_events_delivered_total", clients -> say(clients.enter("a"), "hi")),
        one("agentcore_resumes_total{recovered=\"true\"}", clients -> comeBack(clients, true)),
        one("agentcore_resumes_total{recovered=\"false\"}", clients -> comeBack(clients, false)),
        one("agentcore_resumes_total{recovered=\"false\"}", MetricEvent::joinAgain),
        one("agentcore_slow_consumers_total", LONG_TEXTS, MetricEvent::doNotRead),
        one("agentcore_closes_total{code=\"4408\"}", LONG_TEXTS, MetricEvent::doNotRead),
        some("agentcore_send_queue_bytes", LONG_TEXTS, MetricEvent::fillTheQueue),
        some("agentcore_process_open_fds", FREE, clients -> clients.enter("a")),
        some("agentcore_process_cpu_seconds_total", FREE, clients -> say(clients.enter("a"), "hi")),
        some("agentcore_jvm_gc_seconds_total", FREE, clients -> collectGarbage(clients)));
  }

  private static MetricEvent one(String sample, Map<String, String> settings, Act act) {
    return new MetricEvent(sample, Optional.of(1.0), settings, act);
  }

  private static void ask(RawClient client, String type, String data) {
    client.send("{\"type\":\"" + type + "\",\"data\":" + data + "}");
  }

  private static void repeat(int times, RawClient client, String type) {
    for (int i = 0; i < times; i++) {
      ask(client, type, "{}");
    }
  }

  /** Sends a message to the lobby and returns the event that comes back. */
  static JsonObject say(RawClient client, String text) {
    ask(client, "chat_message", "{\"room\":\"lobby\",\"text\":\"" + text + "\"}");
    return client.nextJson("chat_message");
  }

  private static void comeBack(Clients clients, boolean recovered) {
    String epoch = say(clients.enter("a"), "missed").get("epoch").getAsString();
    String known = recovered ? epoch : "another";
    RawClient back = clients.connect(RawClient.path("b") + "?since=0&epoch=" + known);
    if (back.nextJson("welcome").get("recovered").getAsBoolean() != recovered) {
      throw new AssertionError("not " + recovered);
    }
  }

  private static void joinAgain(Clients clients) {
    ask(clients.enter("a"), "join_room", "{\"room\":\"lobby\",\"since\":0,\"epoch\":\"another\"}");
  }

  private static void doNotRead(Clients clients) {
    MetricReader metrics = clients.metrics();
    speakUntil(clients, () -> metrics.get("agentcore_slow_consumers_total") > 0);
  }

  private static void fillTheQueue(Clients clients) {
    MetricReader metrics = clients.metrics();
    speakUntil(clients, () -> metrics.get("agentcore_send_queue_bytes") > HALF_A_QUEUE);
  }

  private static void speakUntil(Clients clients, BooleanSupplier enough) {
    RawClient deaf = clients.enter("deaf");
    try {
      deaf.socket().setReceiveBufferSize(4096);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RawClient loud = clients.enter("loud");
    String text = "x".repeat(8000);
    for (int i = 0; i < 5000 && !enough.getAsBoolean(); i++) {
      JsonObject unused = say(loud, text);
    }
  }

  private static void collectGarbage(Clients clients) {
    MetricReader metrics = clients.metrics();
    double before = metrics.get("agentcore_jvm_gc_seconds_total");
    for (int i = 0; i < 100 && metrics.get("agentcore_jvm_gc_seconds_total") == before; i++) {
      System.gc();
    }
  }
}
