package agentcore.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive runs wherever it is unpacked, where there is no Java, and says nothing but that. */
class ArchiveTest {
  @TempDir private Path temporary;
  private Path folder;

  /** Each test has a copy in a place of its own, on a path as people have them. */
  @BeforeEach
  void unpack() throws Exception {
    assumeTrue(Program.isPackaged(), "only make dist-test has an archive");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path parent = Files.createDirectory(temporary.resolve("own programs, größer"));
    folder = parent.resolve("agentcore");
    List<String> copy = List.of("cp", "-a", Program.folder().toString(), folder.toString());
    assertEquals(0, new ProcessBuilder(copy).inheritIO().start().waitFor());
  }

  private Path script() {
    return folder.resolve("bin").resolve("agentcore");
  }

  /** Runs it from the root folder with an environment of these variables and a PATH alone. */
  private static ChildJvm run(List<String> before, Path script, List<String> environment) {
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of("env", "-i", "--chdir=/", "PATH=" + Program.path(), "PORT=0"));
    command.addAll(environment);
    command.add(script.toString());
    return ChildJvm.start(command, Map.of());
  }

  private static void assertServes(ChildJvm child) {
    try (RawClient alice = RawClient.connect(child.awaitPort(), "/ws/alice")) {
      alice.nextJson("welcome");
    }
    child.terminate();
    assertEquals(0, child.awaitExit());
    assertEquals(1, child.out().size(), child.out()::toString);
    assertEquals(List.of(), child.warnings());
  }

  private boolean isPreparedWhole() {
    return Files.exists(folder.resolve("lib").resolve("agentcore.aot"));
  }

  private String fitOrFail() {
    return isPreparedWhole() ? "JAVA_OPTS=-XX:AOTMode=on" : "JAVA_OPTS=-Xshare:on";
  }

  @Test
  void itRunsThroughALinkWithTheClassesThatWerePreparedElsewhere() throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("chat"), script());
    try (ChildJvm child = run(List.of(), link, List.of(fitOrFail()))) {
      assertServes(child);
    }
  }

  @Test
  void itRunsWithoutAWordAndWithoutPreparedClassesWhereAJarWasReplaced() throws IOException {
    Path jar = folder.resolve("lib").resolve("agentcore.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now()));
    if (isPreparedWhole()) { // else of the JDK's own classes alone
      try (ChildJvm misfit = run(List.of(), script(), List.of(fitOrFail()))) {
        assertEquals(1, misfit.awaitExit());
      }
    }
    try (ChildJvm child = run(List.of(), script(), List.of())) {
      assertServes(child);
    }
  }

  @Test
  void itRunsWithAnotherCollectorThanItsOwn() {
    String other = "JAVA_OPTS=-XX:-UseSerialGC -XX:+UseG1GC";
    try (ChildJvm child = run(List.of(), script(), List.of(other))) {
      assertServes(child);
    }
  }

  @Test
  void itRunsForAUserWhoMayNotWriteThere() {
    assumeTrue(isRoot(), "only root can become somebody else");
    List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    try (ChildJvm child = run(nobody, script(), List.of(fitOrFail()))) {
      assertServes(child);
    }
  }

  @Test
  void itRunsFromAReadOnlyFileSystem() throws Exception {
    assumeTrue(isRoot(), "only root can mount");
    String mount = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"";
    List<String> tried =
        List.of("unshare", "--mount", "sh", "-c", mount + " && ! touch \"$0/x\"", "" + folder);
    Process attempt = new ProcessBuilder(tried).redirectErrorStream(true).start();
    attempt.getInputStream().readAllBytes();
    assumeTrue(attempt.waitFor() == 0, "no mounting here");
    List<String> readOnly =
        List.of("unshare", "--mount", "sh", "-c", mount + " && exec \"$@\"", "" + folder);
    try (ChildJvm child = run(readOnly, script(), List.of(fitOrFail()))) {
      assertServes(child);
    }
    assertTrue(Files.isWritable(folder));
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }
}
