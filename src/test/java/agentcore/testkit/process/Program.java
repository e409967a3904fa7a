package agentcore.testkit.process;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import agentcore.Main;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The program that tests start as a process: the classes of this build or, if {@code make
 * dist-test} names one, an unpacked distribution in an environment without Java.
 */
public final class Program {
  private static final String PACKAGE = System.getProperty("agentcore.package", "");

  private Program() {}

  /** Returns whether the packaged program is tested; tests then cannot inspect its objects. */
  public static boolean isPackaged() {
    return !PACKAGE.isEmpty();
  }

  /** Skips the rest of the test if the packaged program is tested. */
  public static void assumeInProcess() {
    assumeFalse(isPackaged(), "cannot inspect the packaged program");
  }

  /** Returns the folder of the packaged program. */
  public static Path folder() {
    return Path.of(PACKAGE).toAbsolutePath();
  }

  /** Returns the folder of this build's classes. */
  public static Path classes() {
    try {
      return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the PATH for the packaged program: what a shell script needs, without Java. */
  public static String path() {
    return System.getProperty("agentcore.path", "");
  }

  /** Passes on the settings of the virtual thread scheduler. */
  private static List<String> scheduler() {
    return Stream.of(
            "jdk.virtualThreadScheduler.parallelism", "jdk.virtualThreadScheduler.maxPoolSize")
        .filter(name -> System.getProperty(name) != null)
        .map(name -> "-D" + name + "=" + System.getProperty(name))
        .toList();
  }

  /** Returns a builder for a process of the program with these JVM options; it is not started. */
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
