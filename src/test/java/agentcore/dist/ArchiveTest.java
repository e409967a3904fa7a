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

/** The archive runs wherever it is unpacked, without Java on the machine. */
class ArchiveTest {
  @TempDir private Path temporary;
  private Path folder;

  /** Each test has a copy of its own, in a folder with spaces and umlauts in its name. */
  @BeforeEach
  void unpack() throws Exception {
    assumeTrue(Program.isPackaged(), "needs the archive of make dist-test");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path parent = Files.createDirectory(temporary.resolve("own programs, größer"));
    folder = parent.resolve("agentcore");
    List<String> copy = List.of("cp", "-a", Program.folder().toString(), folder.toString());
    assertEquals(0, new ProcessBuilder(copy).inheritIO().start().waitFor());
  }

  private Path script() {
    return folder.resolve("bin").resolve("agentcore");
  }

  /** Runs it in the root folder; the environment holds only a PATH and these variables. */
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

  private boolean cachesAllClasses() {
    return Files.exists(folder.resolve("lib").resolve("agentcore.aot"));
  }

  private String fitOrFail() {
    return cachesAllClasses() ? "JAVA_OPTS=-XX:AOTMode=on" : "JAVA_OPTS=-Xshare:on";
  }

  @Test
  void runsThroughALinkWithTheClassCache() throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("chat"), script());
    try (ChildJvm child = run(List.of(), link, List.of(fitOrFail()))) {
      assertServes(child);
    }
  }

  @Test
  void runsWithoutTheClassCacheIfAJarWasReplaced() throws IOException {
    Path jar = folder.resolve("lib").resolve("agentcore.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now()));
    if (cachesAllClasses()) { // otherwise the cache holds only classes of the JDK
      try (ChildJvm misfit = run(List.of(), script(), List.of(fitOrFail()))) {
        assertEquals(1, misfit.awaitExit());
      }
    }
    try (ChildJvm child = run(List.of(), script(), List.of())) {
      assertServes(child);
    }
  }

  @Test
  void runsWithAnotherGarbageCollector() {
    String other = "JAVA_OPTS=-XX:-UseSerialGC -XX:+UseG1GC";
    try (ChildJvm child = run(List.of(), script(), List.of(other))) {
      assertServes(child);
    }
  }

  @Test
  void runsForAUserWithoutWritePermission() {
    assumeTrue(isRoot(), "only root can change its user");
    List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    try (ChildJvm child = run(nobody, script(), List.of(fitOrFail()))) {
      assertServes(child);
    }
  }

  @Test
  void runsFromAReadOnlyFileSystem() throws Exception {
    assumeTrue(isRoot(), "only root can mount");
    String mount = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"";
    List<String> tried =
        List.of("unshare", "--mount", "sh", "-c", mount + " && ! touch \"$0/x\"", "" + folder);
    Process attempt = new ProcessBuilder(tried).redirectErrorStream(true).start();
    attempt.getInputStream().readAllBytes();
    assumeTrue(attempt.waitFor() == 0, "cannot mount here");
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
