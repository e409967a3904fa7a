package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.testkit.Await;
import agentcore.testkit.process.ThreadNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(ints = {30, 90, 100 * 365}) // as an int of milliseconds, the first two are negative
  void discardsInputUnderLongTimeouts(int days) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket server = new ServerSocket(0, 1, loopback);
        Socket client = new Socket(loopback, server.getLocalPort());
        Socket peer = server.accept()) {
      peer.getOutputStream().write(new byte[10_000]);
      peer.shutdownOutput();
      new PeerSocket(client).discardInput(Duration.ofDays(days), Long.MAX_VALUE);
      assertEquals(-1, client.getInputStream().read());
    }
  }

  private static void fail() throws IOException {
    throw new IOException("a failing step");
  }
}
