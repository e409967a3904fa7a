package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.RawClient;
import agentcore.testkit.process.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the page about the HTTP API work as described. */
class ApiPageTest {
  private static final String KEYS = "API_KEYS=ops:0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  @Test
  void commandsUseTheApi(TestInfo test) {
    try (Shell shell = new Shell(folder)) {
      ChildJvm server = shell.start(KEYS + " bin/agentcore");
      int port = server.awaitPort();
      shell.run(KEYS + " bin/agentcore admin create builds");
      try (RawClient alice = RawClient.connect(port, "/ws/alice");
          RawClient troll = RawClient.connect(port, "/ws/troll")) {
        alice.nextJson("welcome");
        troll.nextJson("welcome");
        List<String> lines = new ArrayList<>();
        for (String command : Block.of(test).commands()) {
          lines.addAll(shell.run("export " + KEYS + "\n" + command));
        }
        assertEquals(true, lines.contains("builds  0            public  system"), lines::toString);
        assertEquals(true, lines.contains("troll  lobby"), lines::toString);
        assertEquals(
            "Your build is done", alice.nextJson("private_message").get("text").getAsString());
        assertEquals(4411, troll.awaitClose().code());
      }
    }
  }
}
