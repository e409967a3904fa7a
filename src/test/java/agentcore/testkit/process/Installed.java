package agentcore.testkit.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The programs of this machine. */
public final class Installed {
  private Installed() {}

  /** Skips the rest of the test if a program is not on the PATH. */
  public static void assume(String program) {
    boolean isInstalled =
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    assumeTrue(isInstalled, program + " is not installed");
  }
}
