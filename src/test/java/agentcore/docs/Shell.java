package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
 * A folder in which the commands of a page run as they stand there. {@code bin/agentcore} is the
 * program with the class path of the tests, {@code redis-server} the one that the tests bring, and
 * {@code make} only tells what it would do. A port of a page is a free one here.
 */
final class Shell implements AutoCloseable {
  private static final List<Integer> PORTS = List.of(8000, 8001, 9000, 6379);

  private final Path folder;
  private final Map<Integer, Integer> ports = new HashMap<>();
  private final List<ChildJvm> started = new ArrayList<>();

  /** Makes it in a folder that whoever asks removes in the end. */
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
      // The clients look for a server at port 8000.
      script(
          "agentcore",
          "case $1 in chat | bench) set -- \"$@\" --url ws://127.0.0.1:8000 ;; esac",
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

  /** Skips the test where a program of the machine's is not there. */
  static void assumeThere(String program) {
    boolean isThere =
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    assumeTrue(isThere, "there is no " + program);
  }

  /** Returns the free port that stands for one of a page. */
  int port(int ofPage) {
    return ports.get(ofPage);
  }

  /** Returns a text of a page with the ports of this shell. */
  String withPorts(String text) {
    for (int port : PORTS) {
      text = text.replaceAll("\\b" + port + "\\b", "" + ports.get(port));
    }
    return text;
  }

  /** Starts a script; the server's port is that of 8000, unless the script says another. */
  ChildJvm start(String script) {
    String whole =
        "cd '%s'; PATH=$PWD/bin:$PATH; export PORT=%d\n%s\nwait\n"
            .formatted(folder, port(8000), withPorts(script));
    ChildJvm child = ChildJvm.start(List.of("sh", "-e", "-c", whole), Map.of());
    started.add(child);
    return child;
  }

  /** Runs a script to its end, which must be good, and returns what it printed. */
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
