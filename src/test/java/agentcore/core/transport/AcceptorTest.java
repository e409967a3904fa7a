package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The thread that accepts connections. */
class AcceptorTest {
  @Test
  void socketThatCannotBeServedIsClosedAndTheNextIsServed() throws Exception {
    AtomicInteger sockets = new AtomicInteger();
    try (Acceptor acceptor =
        new Acceptor(
            accepted -> {
              if (sockets.incrementAndGet() == 1) {
                throw new OutOfMemoryError("a test's defect");
              }
              close(accepted);
            })) {
      acceptor.start("127.0.0.1", 0);
      assertEquals(-1, firstByte(acceptor.port()));
      assertEquals(-1, firstByte(acceptor.port()));
      assertEquals(2, sockets.get());
    }
  }

  private static int firstByte(int port) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      client.setSoTimeout((int) Await.DEADLINE.toMillis());
      return client.getInputStream().read();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
