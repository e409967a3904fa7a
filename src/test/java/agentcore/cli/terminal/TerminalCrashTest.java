package agentcore.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import agentcore.testkit.process.Installed;
import agentcore.testkit.process.Program;
import agentcore.testkit.process.PseudoTerminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalCrashTest {
  @TempDir private Path folder;

  @Test
  void failedThreadsEndTheProgramAndLeaveTheTerminalAsItWas() {
    Program.assumeInProcess();
    Installed.assume("script");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = List.of(java, "-cp", classPath, CrashingProgram.class.getName());
    try (PseudoTerminal terminal = PseudoTerminal.start(folder, Map.of(), 200, 24, command)) {
      terminal.awaitLast("> |");
      assertNotEquals(terminal.modesBefore(), terminal.modes());
      terminal.type("x\t"); // the thread that reads keys fails, and then main
      assertEquals(1, terminal.awaitExit());
      terminal.await("both", lines -> String.join("", lines).contains("main failed"));
      terminal.await("both", lines -> String.join("", lines).contains("the completer failed"));
      assertEquals(terminal.modesBefore(), terminal.modesAfter());
      assertFalse(terminal.isPasteBracketed());
    }
  }
}
