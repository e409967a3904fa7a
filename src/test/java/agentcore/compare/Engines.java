package agentcore.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints the cost of a delivery with the same protocol engine under AgentCore's blocking loops, and
 * in the server class of its own library. Every figure is the median of three rounds.
 */
public final class Engines {
  private static final int ROUNDS = 3;

  /** At full speed, whatever is measured: a slow load would not warm up the compiler. */
  private static final List<String> WARM_UP =
      Scenario.words("--conns 500 --senders 5 --warmup 0 --seconds 3");

  private record Measured(String title, List<String> options) {}

  private static final List<Measured> MEASURED =
      List.of(
          new Measured(
              "us of CPU per delivery, 500 in one room, saturated",
              Scenario.words("--conns 500 --senders 5 --warmup 1 --seconds 2")),
          new Measured(
              "the same, 100 rooms of 10, saturated",
              Scenario.words("--conns 1000 --rooms 100 --warmup 1 --seconds 2")),
          new Measured(
              "the same, a room of 10, 200 messages/s, beside 4,000 idle",
              Scenario.words(
                  "--conns 10 --senders 2 --rate 200 --idle 4000 --warmup 1 --seconds 3")));

  private final Generator generator = new Generator();

  private Engines() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    new Engines().run();
  }

  private void run() throws IOException {
    row("", "blocking loop", "WebSocketServer");
    for (Measured each : MEASURED) {
      row(each.title(), micros(true, each.options()), micros(false, each.options()));
    }
  }

  private String micros(boolean ours, List<String> options) throws IOException {
    Samples samples = new Samples();
    try (Server server = start(ours)) {
      generator.run(List.of(server), WARM_UP);
      for (int round = 0; round < ROUNDS; round++) {
        samples.add(generator.run(List.of(server), options), "server_us_per_delivery");
      }
    }
    return String.format(Locale.ROOT, "%.2f", samples.median());
  }

  private static Server start(boolean ours) throws IOException {
    if (ours) {
      return Server.start(Map.of(), "bin/agentcore", "serve");
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                LibraryServer.class.getName()));
    return Server.start(Map.of(), command.toArray(String[]::new));
  }

  private static void row(String title, String ours, String theirs) {
    System.out.printf("%-58s %16s %16s%n", title, ours, theirs);
  }
}
