package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.testkit.Await;
import agentcore.testkit.process.ThreadNames;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PeerSocketTest {
  private static final Duration LONG = Duration.ofDays(1);

  private final Socket accepted = new Socket();
  private final PeerSocket socket = new PeerSocket(accepted);

  @Test
  void stepThatTakesTooLongIsCut() throws IOException {
    socket.within(Duration.ofMillis(10), () -> Await.until("the cut", accepted::isClosed));
  }

  @Test
  void stepThatEndsInTimeIsNotCutEvenIfItFails() throws IOException {
    socket.within(LONG, () -> {});
    assertThrows(IOException.class, () -> socket.within(LONG, PeerSocketTest::fail));
    Await.until("no deadline is left", () -> !ThreadNames.ofServers().contains("deadline"));
    assertFalse(accepted.isClosed());
  }

  private static void fail() throws IOException {
    throw new IOException("a failing step");
  }
}
