package agentcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.Program;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/agentcore} with these classes, installed in folders with unusual names. */
class InstallationTest {
  @TempDir private static Path jars;
  @TempDir private Path folder;

  @BeforeAll
  static void makeJars() throws IOException {
    Program.assumeInProcess();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String each : classPath.split(File.pathSeparator)) {
      Path part = Path.of(each);
      if (part.endsWith(Path.of("target", "classes"))) {
        writeJar(part, jars.resolve("agentcore.jar"));
      } else if (Files.isRegularFile(part)) {
        Files.createDirectories(jars.resolve("lib"));
        Files.copy(part, jars.resolve("lib").resolve(part.getFileName()));
      }
    }
  }

  private static void writeJar(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream zip = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        zip.write(Files.readAllBytes(file));
      }
    }
  }

  /** Installs the program and returns the start script. */
  private Path install(Path root) throws IOException {
    Files.createDirectories(root.resolve("bin"));
    Path target = Files.createDirectories(root.resolve("target"));
    Files.createSymbolicLink(target.resolve("agentcore.jar"), jars.resolve("agentcore.jar"));
    Files.createSymbolicLink(target.resolve("lib"), jars.resolve("lib"));
    return Files.copy(
        Path.of("bin", "agentcore"),
        root.resolve("bin").resolve("agentcore"),
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  private ChildJvm run(Path script, Map<String, String> environment, String... args) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "JAVA_HOME", System.getProperty("java.home"), "PORT", "0", "LOG_LEVEL", "WARNING"));
    all.putAll(environment);
    String command = "cd \"$0\" && exec \"$@\"";
    return ChildJvm.start(
        Stream.concat(
                Stream.of("sh", "-c", command, folder.toString(), script.toString()),
                Stream.of(args))
            .toList(),
        all);
  }

  private static void assertServes(ChildJvm child) {
    try (RawClient alice = RawClient.connect(child.awaitPort(), "/ws/alice")) {
      alice.nextJson("welcome");
    }
    child.terminate();
    assertEquals(0, child.awaitExit());
    assertEquals(List.of(), child.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:colon",
        ":/-x",
        "two  words/*/[a-z]?/it's \"a\"/$HOME `id`/c;d&e/#1 %20~/b\\b/größer",
      })
  void startsFromFolderWithAnyName(String name) throws IOException {
    assumeTrue(name.indexOf(':') < 0 || Files.isDirectory(Path.of("/proc/self/fd")));
    Path script = install(folder.resolve(name));
    Files.writeString(folder.resolve(name).resolve("config.properties"), "DEFAULT_ROOM=foyer");
    try (ChildJvm child = run(script, Map.of())) {
      try (RawClient alice = RawClient.connect(child.awaitPort(), "/ws/alice")) {
        assertTrue(
            alice.nextJson("welcome").toString().contains("\"foyer\""),
            "reads the config.properties of its installation");
      }
      assertServes(child);
    }
  }

  @Test
  void startsThroughSymbolicLink() throws IOException {
    Path script = install(folder.resolve("real"));
    Path first = Files.createSymbolicLink(folder.resolve("first link"), script);
    Path second = Files.createSymbolicLink(folder.resolve("second"), first.getFileName());
    try (ChildJvm child = run(second, Map.of())) {
      assertServes(child);
    }
  }

  @Test
  void resolvesRelativeFilesAgainstWorkingDirectory() throws IOException {
    Path script = install(folder.resolve("a:colon"));
    Files.writeString(folder.resolve("mine.properties"), "NONSENSE=1");
    try (ChildJvm child = run(script, Map.of(), "--config", "mine.properties")) {
      assertEquals(2, child.awaitExit());
      assertEquals(List.of("agentcore: mine.properties:1 names no setting: NONSENSE"), child.err());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Duser.language=fa",
        "-Duser.language=th -Duser.country=TH -Duser.variant=TH",
        "-Duser.language=tr"
      })
  void printsAsciiInEveryLocale(String options) throws IOException {
    Path script = install(folder.resolve("here"));
    Map<String, String> environment =
        Map.of("JAVA_OPTS", options, "LOG_LEVEL", "DEBUG", "ADMIN_PORT", "0");
    try (ChildJvm child = run(script, environment)) {
      try (RawClient alice = RawClient.connect(child.awaitPort(), "/ws/alice")) {
        alice.nextJson("welcome");
        alice.send(
            "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"hi\"},\"id\":\"7\"}");
        alice.nextJson("ack");
        Await.until(
            "the log line about the message",
            () -> child.err().stream().anyMatch(line -> line.contains("type=chat_message")));
      }
      child.terminate();
      assertEquals(0, child.awaitExit());
      for (String line : Stream.concat(child.out().stream(), child.err().stream()).toList()) {
        assertTrue(line.chars().allMatch(c -> c < 128), line);
      }
    }
  }
}
