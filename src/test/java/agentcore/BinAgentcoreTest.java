package agentcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Starts and stops of the program as a process. {@code bin/agentcore} itself is tested only if the
 * build is up to date; otherwise it would build and wait for the build that runs this test.
 */
class BinAgentcoreTest {
  private static final Path JAR = Path.of("target", "agentcore.jar");
  private static final int SIGINT = 2;

  private static ChildJvm program(boolean script, String... args) {
    return script ? script(args) : ChildJvm.run(List.of(), args);
  }

  private static ChildJvm script(String... args) {
    assumeTrue(isBuildUpToDate(), "the build is not up to date");
    Stream<String> command =
        Stream.concat(
            Stream.of(Path.of("bin", "agentcore").toAbsolutePath().toString()), Stream.of(args));
    return ChildJvm.start(
        command.toList(), Map.of("JAVA_HOME", System.getProperty("java.home"), "PORT", "0"));
  }

  private static boolean isBuildUpToDate() {
    if (!Files.exists(JAR) || !Files.isDirectory(Path.of("target", "lib"))) {
      return false;
    }
    FileTime built = modified(JAR);
    try (Stream<Path> sources = Files.walk(Path.of("src", "main"))) {
      return Stream.concat(Stream.of(Path.of("pom.xml")), sources)
          .allMatch(source -> modified(source).compareTo(built) <= 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns whether SIGINT is ignored, as in processes started in the background and their
   * children.
   */
  private static boolean ignoresInterrupts() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(mask -> (mask & (1L << (SIGINT - 1))) != 0);
    } catch (IOException notLinux) {
      return false;
    }
  }

  private static void kill(String signal, ChildJvm child) throws Exception {
    Process kill = new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + child.pid()).start();
    assertTrue(kill.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS));
    assertEquals(0, kill.exitValue());
  }

  @ParameterizedTest
  @CsvSource({"TERM, false", "INT, false", "TERM, true", "INT, true"})
  void signalStopsServerGracefully(String signal, boolean script) throws Exception {
    assumeFalse(signal.equals("INT") && ignoresInterrupts(), "SIGINT is ignored here");
    try (ChildJvm child = program(script, "--port", "0");
        RawClient alice = RawClient.connect(child.awaitPort(), "/ws/alice")) {
      alice.nextJson("welcome");
      kill(signal, child);
      assertEquals(1012, alice.awaitClose().code());
      assertEquals(0, child.awaitExit());
      assertEquals(1, child.out().size());
      assertEquals(List.of(), child.warnings());
      List<String> log = child.err().stream().map(line -> line.replaceAll("^.* INFO", "")).toList();
      assertTrue(log.getFirst().startsWith(" AgentCore: started version="), log::toString);
      assertEquals(" AgentCore: stopping connections=1 drain_timeout=10", log.get(2));
      assertTrue(log.get(3).matches(" ConnectionLog: closed connection=alice/.* code=1012 .*"));
      assertEquals(" AgentCore: stopped", log.getLast());
      assertEquals(5, log.size(), log::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void invalidSettingsExitWithTwoAndAreAllNamed(boolean script) {
    try (ChildJvm child = program(script, "--port", "x", "--max-rooms=0")) {
      assertEquals(2, child.awaitExit());
      assertEquals(List.of(), child.out());
      assertTrue(child.err().stream().anyMatch(line -> line.contains("PORT=x")));
      assertTrue(child.err().stream().anyMatch(line -> line.contains("MAX_ROOMS=0")));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void portInUseExitsWithOne(boolean script) {
    try (ChildJvm first = program(script, "--port", "0");
        ChildJvm second =
            program(script, "--log-level", "debug", "--port", "" + first.awaitPort())) {
      assertEquals(1, second.awaitExit());
      assertEquals(List.of(), second.out());
      assertEquals(1, second.err().size(), second.err()::toString);
      assertTrue(first.isAlive());
    }
  }

  @Test
  void logsNothingFromLibraries() throws Exception {
    try (ChildJvm child = program(false, "--port", "0", "--log-level", "debug")) {
      try (RawClient noise = RawClient.connect(child.awaitPort(), "/ws/noise")) {
        noise.nextJson("welcome");
        noise.sendBytes(new byte[] {(byte) 0xff, (byte) 0x80, 0, 0, 0, 0});
        noise.awaitClose();
      }
      kill("TERM", child);
      assertEquals(0, child.awaitExit());
      assertFalse(child.err().stream().anyMatch(line -> line.contains("SLF4J")));
    }
  }
}
