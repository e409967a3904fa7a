package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.FreePort;
import agentcore.testkit.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the commands of a page unchanged, in a folder where {@code bin/agentcore} is the program
 * with the tests' class path, {@code redis-server} is the tests' binary, and {@code make} only
 * prints what it would do. What the program keeps is in that folder, too. The ports of the page are
 * replaced with free ones.
 */
final class Shell implements AutoCloseable {
  private static final List<Integer> PORTS = List.of(8000, 8001, 9000, 6379);

  private final Path folder;
  private final Map<Integer, Integer> ports = new HashMap<>();
  private final List<ChildJvm> started = new ArrayList<>();

  /** Creates a shell in a folder that the caller deletes. */
  Shell(Path folder) {
    this.folder = folder;
    try {
      for (int port : PORTS) {
        ports.put(port, FreePort.next());
      }
      String root = Path.of("").toAbsolutePath().toString();
      Files.createDirectory(folder.resolve("bin"));
      String program =
          "\""
              + String.join(
                  "\" \"",
                  Program.process(
                          List.of("-XX:TieredStopAtLevel=1", "-Dagentcore.home=" + root), List.of())
                      .command())
              + "\"";
      // Clients connect to port 8000 by default.
      script(
          "agentcore",
          "case $1$2 in chat--link) ;; chat* | bench*) set -- \"$@\" --url ws://127.0.0.1:8000 ;; esac",
          "exec " + program + " \"$@\"");
      script("make", "exec /usr/bin/env -i PATH=/usr/bin:/bin make -n -C '" + root + "' \"$@\"");
      script(
          "redis-server",
          "exec " + RedisProcess.install(folder) + " --bind 127.0.0.1 --save '' \"$@\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void script(String name, String... lines) throws IOException {
    Path file = folder.resolve("bin").resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + withPorts(String.join("\n", lines)) + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
  }

  /** Returns whether a port of 127.0.0.1 accepts connections. */
  static boolean listens(int port) {
    try {
      RawClient.open(port).close();
      return true;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  /** Returns the free port that replaces a port of the page. */
  int port(int ofPage) {
    return ports.get(ofPage);
  }

  /** Replaces the ports in a text. */
  String withPorts(String text) {
    for (int port : PORTS) {
      text = text.replaceAll("\\b" + port + "\\b", "" + ports.get(port));
    }
    return text;
  }

  /** Starts a script; PORT is the replacement of 8000 unless the script sets another. */
  ChildJvm start(String script) {
    String whole =
        "cd '%s'; PATH=$PWD/bin:$PATH; export XDG_STATE_HOME='%s' PORT=%d\n%s\nwait\n"
            .formatted(folder, folder.resolve("state"), port(8000), withPorts(script));
    ChildJvm child = ChildJvm.start(List.of("sh", "-e", "-c", whole), Map.of());
    started.add(child);
    return child;
  }

  /** Runs a script, checks its exit code and returns its output. */
  List<String> run(String script) {
    ChildJvm child = start(script);
    child.endInput();
    assertEquals(0, child.awaitExit(), () -> script + child.err());
    return child.out();
  }

  @Override
  public void close() {
    started.reversed().forEach(ChildJvm::close);
  }
}
