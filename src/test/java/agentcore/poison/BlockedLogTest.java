package agentcore.poison;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.process.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A server whose standard error is a pipe that nobody reads. */
class BlockedLogTest {
  private static final int MORE_LINES_THAN_A_PIPE_HOLDS = 3000;

  @Test
  void serverKeepsServingWhenNobodyReadsItsLog() throws IOException {
    Process server =
        Program.process(
                List.of(),
                List.of("--port", "0", "--log-level", "debug", "--rate-limit-messages", "0"))
            .start();
    try (BufferedReader out = server.inputReader()) {
      Matcher port = Pattern.compile(":(\\d+)/ws").matcher(out.readLine());
      assertTrue(port.find());
      try (RawClient alice = RawClient.connect(Integer.parseInt(port.group(1)), "/ws/alice")) {
        alice.nextJson("welcome");
        for (int i = 0; i < MORE_LINES_THAN_A_PIPE_HOLDS; i++) {
          alice.send("{\"type\":\"list_rooms\"}");
          alice.nextJson("rooms_list");
        }
        try (RawClient late = RawClient.connect(Integer.parseInt(port.group(1)), "/ws/latecomer")) {
          late.nextJson("welcome");
        }
      }
      server.destroy();
      server.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    } finally {
      server.destroyForcibly();
    }
  }
}
