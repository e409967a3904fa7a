package agentcore.testkit;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import agentcore.Main;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The program that tests start as a process: the classes of this build; or, where {@code make
 * dist-test} names it, what it unpacked, in an environment without Java.
 */
public final class Program {
  private static final String PACKAGE = System.getProperty("agentcore.package", "");

  private Program() {}

  /** Says whether it is the packaged one, so that nobody can look into it. */
  public static boolean isPackaged() {
    return !PACKAGE.isEmpty();
  }

  /** Skips the test, or the rest of it, where the program is the packaged one. */
  public static void needsToSeeTheInside() {
    assumeFalse(isPackaged(), "nobody can look into the packaged program");
  }

  /** Returns the folder of the packaged one. */
  public static Path folder() {
    return Path.of(PACKAGE).toAbsolutePath();
  }

  /** Returns the folder of the classes that are not packaged. */
  public static Path classes() {
    try {
      return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the PATH that the packaged one gets: what a script needs, and no Java. */
  public static String path() {
    return System.getProperty("agentcore.path", "");
  }

  /** Virtual threads have as many carriers there as here. */
  private static List<String> scheduler() {
    return Stream.of(
            "jdk.virtualThreadScheduler.parallelism", "jdk.virtualThreadScheduler.maxPoolSize")
        .filter(name -> System.getProperty(name) != null)
        .map(name -> "-D" + name + "=" + System.getProperty(name))
        .toList();
  }

  /** Makes a process of it, not started yet, that runs with these options of the JVM. */
  public static ProcessBuilder process(List<String> jvmOptions, List<String> args) {
    List<String> command = new ArrayList<>();
    if (isPackaged()) {
      command.add(folder().resolve("bin").resolve("agentcore").toString());
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
      command.addAll(scheduler());
      command.addAll(jvmOptions);
      command.add("-cp");
      command.add(
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
      command.add("agentcore.Main");
    }
    command.addAll(args);
    ProcessBuilder process = new ProcessBuilder(command);
    if (isPackaged()) {
      process.environment().clear();
      process.environment().put("PATH", path());
      process.environment().put("JAVA_OPTS", String.join(" ", jvmOptions));
    }
    return process;
  }
}
