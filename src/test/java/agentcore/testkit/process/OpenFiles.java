package agentcore.testkit.process;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The files that this process may still open. */
public final class OpenFiles {
  private static final List<FileInputStream> TAKEN = new ArrayList<>();

  private OpenFiles() {}

  /** Opens files until the process may open no more. Only for a process with a low limit. */
  public static void exhaust() throws IOException {
    try {
      while (true) {
        TAKEN.add(new FileInputStream("/dev/null"));
      }
    } catch (FileNotFoundException tooMany) {
      System.out.println("files taken: " + TAKEN.size());
    }
  }

  /** Starts a class of the tests in a JVM that may open 64 files. */
  public static ChildJvm start(Class<?> main) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 64; exec \"$@\"", "sh"));
    command.addAll(Program.process(List.of(), List.of()).command());
    command.set(command.size() - 1, main.getName());
    return ChildJvm.start(command, Map.of());
  }
}
