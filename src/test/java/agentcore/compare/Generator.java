package agentcore.compare;

import agentcore.cli.Cli;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code bin/agentcore bench} in this process, so that it stays warm from one run to the next. */
final class Generator {
  private int runs;
  private long faults;

  /** Puts load on servers that share their rooms, and returns the figures. */
  JsonObject run(List<Server> servers, List<String> options) throws IOException {
    return run(servers, options, () -> {});
  }

  /**
   * Puts load on servers that share their rooms, and returns the figures.
   *
   * @param onProgress runs with each line of progress, one a second, on the generator's thread
   */
  JsonObject run(List<Server> servers, List<String> options, Runnable onProgress)
      throws IOException {
    List<String> args = new ArrayList<>(List.of("bench", "--json"));
    args.addAll(
        List.of(
            "--url", String.join(",", servers.stream().map(Server::url).toList()),
            "--server-pid", String.join(",", servers.stream().map(Server::pid).toList())));
    args.addAll(options);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err =
        new ByteArrayOutputStream() {
          @Override
          public void flush() { // at the end of each line
            onProgress.run();
          }
        };
    PrintStream progress = new PrintStream(err, true, StandardCharsets.UTF_8);
    PrintStream results = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code = new Cli(results, progress, Map.of()).run(args.toArray(String[]::new));
    if (code != Cli.OK) {
      throw new IOException(err.toString(StandardCharsets.UTF_8));
    }
    JsonObject figures =
        JsonParser.parseString(out.toString(StandardCharsets.UTF_8)).getAsJsonObject();
    runs++;
    for (String fault : List.of("lost", "duplicated", "reordered", "strange", "refused", "ended")) {
      faults += figures.get(fault).getAsLong();
    }
    return figures;
  }

  /** Returns whether every message arrived once and in order. */
  String verdict() {
    return "%d runs, %d messages lost, duplicated, reordered or refused".formatted(runs, faults);
  }
}
