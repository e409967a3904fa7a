package agentcore.cli.bench;

import com.google.gson.JsonObject;
import java.util.Formatter;
import java.util.Locale;

/** Formats figures as a table or as one line of JSON. */
final class Report {
  private final Figures figures;
  private final Options options;
  private final Tally tally;

  Report(Figures figures) {
    this.figures = figures;
    this.options = figures.options();
    this.tally = figures.tally();
  }

  /** Returns the lines of the table, each with a line break. */
  String table() {
    Formatter out = new Formatter(Locale.ROOT);
    title(out);
    out.format("  connected       %,.0f a second", figures.connectsPerSecond());
    if (figures.knowsServer()) {
      out.format(", %.0f us of server CPU each", figures.serverMicrosPerConnect());
    }
    out.format("%n");
    if (options.senders() > 0) {
      traffic(out);
    }
    if (figures.knowsServer()) {
      server(out);
    }
    out.format(
        "  this generator  %.2f cores, its thread busy %.0f %% of the time%n",
        figures.ownCores(), figures.threadShare() * 100);
    warnings(out);
    return out.toString();
  }

  private void title(Formatter out) {
    if (options.connections() > 0) {
      out.format("%,d members in rooms of %s, ", options.connections(), roomSizes());
    }
    if (options.senders() > 0) {
      out.format("%,d sending %,d-byte texts, ", options.senders(), options.textBytes());
      if (options.ratePerSecond() > 0) {
        out.format("%,.0f a second in all, ", options.ratePerSecond());
      } else {
        out.format("%d in flight per sender, ", options.inFlight());
      }
    }
    if (options.slow() > 0) {
      out.format("%,d slow readers, ", options.slow());
    }
    out.format(
        "%,d idle; %d s after %d s of warm-up%n%n",
        options.idle(), options.measured().toSeconds(), options.warmUp().toSeconds());
  }

  private String roomSizes() {
    int smaller = options.connections() / options.rooms();
    return smaller + (options.connections() % options.rooms() == 0 ? "" : " or " + (smaller + 1));
  }

  private void traffic(Formatter out) {
    out.format("  sent            %,.0f a second%n", figures.sentPerSecond());
    out.format(
        "  delivered       %,.0f a second, %.1f per socket read%n",
        figures.deliveredPerSecond(), figures.deliveredPerRead());
    out.format(
        "  checked         %,d lost of %,d, %,d duplicated, %,d reordered, %,d from other rooms%n",
        tally.lost(),
        tally.expected(),
        tally.duplicated(),
        tally.reordered(),
        tally.ofOtherRooms());
    Percentiles latency = tally.latency();
    out.format(
        "  latency in ms   p50 %.2f   p90 %.2f   p99 %.2f   p99.9 %.2f   max %.2f%n",
        latency.percentileMillis(50),
        latency.percentileMillis(90),
        latency.percentileMillis(99),
        latency.percentileMillis(99.9),
        latency.maxMillis());
  }

  private void server(Formatter out) {
    out.format("  server          %.2f cores", figures.serverCores());
    figures
        .serverMicrosPerDelivery()
        .ifPresent(micros -> out.format(", %.3f us for each delivery", micros));
    figures.serverBytes().ifPresent(bytes -> out.format(", %.0f MB", bytes / 1e6));
    figures
        .serverBytesPerConnection()
        .ifPresent(bytes -> out.format(" (%.1f KB more for each connection)", bytes / 1024));
    out.format("%n");
  }

  private void warnings(Formatter out) {
    tally
        .errors()
        .forEach(
            (code, count) ->
                out.format("  refused         %,d messages: %s%n", count, Hints.addTo(code)));
    if (!figures.closeReasons().isEmpty()) {
      out.format(
          "  closed          %,d connections; the first one: %s%n",
          figures.closeReasons().size(), Hints.addTo(figures.closeReasons().getFirst()));
    }
    if (figures.isBottleneck()) {
      out.format(
          "  WARNING         the generator was the bottleneck (thread busy %.0f %%, p99 %.1f ms late)%n",
          figures.threadShare() * 100, tally.lateness().percentileMillis(99));
    }
  }

  /** Returns one line without a line break. An unknown figure has no field. */
  String json() {
    JsonObject out = new JsonObject();
    out.addProperty("conns", options.connections());
    out.addProperty("rooms", options.rooms());
    out.addProperty("senders", options.senders());
    out.addProperty("rate", options.ratePerSecond());
    out.addProperty("inflight", options.inFlight());
    out.addProperty("size", options.textBytes());
    out.addProperty("seconds", options.measured().toSeconds());
    out.addProperty("idle", options.idle());
    out.addProperty("slow", options.slow());
    number(out, "connects_per_s", figures.connectsPerSecond());
    number(out, "sent_per_s", figures.sentPerSecond());
    number(out, "delivered_per_s", figures.deliveredPerSecond());
    number(out, "delivered_per_read", figures.deliveredPerRead());
    out.addProperty("expected", tally.expected());
    out.addProperty("lost", tally.lost());
    out.addProperty("duplicated", tally.duplicated());
    out.addProperty("reordered", tally.reordered());
    out.addProperty("other_rooms", tally.ofOtherRooms());
    out.addProperty("refused", tally.refusals());
    out.addProperty("closed", figures.closeReasons().size());
    number(out, "p50_ms", tally.latency().percentileMillis(50));
    number(out, "p90_ms", tally.latency().percentileMillis(90));
    number(out, "p99_ms", tally.latency().percentileMillis(99));
    number(out, "p999_ms", tally.latency().percentileMillis(99.9));
    number(out, "max_ms", tally.latency().maxMillis());
    if (figures.knowsServer()) {
      server(out);
    }
    number(out, "own_cores", figures.ownCores());
    number(out, "own_thread_share", figures.threadShare());
    number(out, "sent_late_p99_ms", tally.lateness().percentileMillis(99));
    out.addProperty("bottleneck", figures.isBottleneck());
    return out.toString();
  }

  private void server(JsonObject out) {
    number(out, "server_cores", figures.serverCores());
    number(out, "server_us_per_connect", figures.serverMicrosPerConnect());
    figures.serverMicrosPerDelivery().ifPresent(v -> number(out, "server_us_per_delivery", v));
    figures.serverBytes().ifPresent(bytes -> out.addProperty("server_rss_kb", bytes / 1024));
    figures
        .serverBytesPerConnection()
        .ifPresent(bytes -> number(out, "server_kb_per_connection", bytes / 1024));
  }

  private static void number(JsonObject out, String name, double value) {
    out.addProperty(name, Math.round(value * 10_000) / 10_000.0);
  }
}
