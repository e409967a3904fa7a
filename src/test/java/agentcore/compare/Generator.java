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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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
    return counted(JsonParser.parseString(out.toString(StandardCharsets.UTF_8)).getAsJsonObject());
  }

  private synchronized JsonObject counted(JsonObject figures) {
    runs++;
    for (String fault :
        List.of("lost", "duplicated", "reordered", "other_rooms", "refused", "closed")) {
      faults += figures.get(fault).getAsLong();
    }
    return figures;
  }

  /** Puts the same load on each of several servers at the same time. */
  List<JsonObject> runEach(List<Server> servers, List<String> options) throws IOException {
    List<FutureTask<JsonObject>> runs = new ArrayList<>();
    for (Server server : servers) {
      FutureTask<JsonObject> run = new FutureTask<>(() -> run(List.of(server), options));
      Thread.ofPlatform().name("generator-" + server.pid()).start(run);
      runs.add(run);
    }
    List<JsonObject> figures = new ArrayList<>();
    for (FutureTask<JsonObject> run : runs) {
      try {
        figures.add(run.get());
      } catch (InterruptedException | ExecutionException e) {
        throw new IOException(e);
      }
    }
    return figures;
  }

  /** Returns whether every message arrived once and in order. */
  String verdict() {
    return "%d runs, %d messages lost, duplicated, reordered or refused".formatted(runs, faults);
  }
}
