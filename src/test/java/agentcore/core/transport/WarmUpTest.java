package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.OpenFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.RepeatedTest;

class WarmUpTest {
  /** A server whose first virtual thread has to wait for a socket when no file is left. */
  static final class NoFileLeft {
    private NoFileLeft() {}

    public static void main(String[] args) throws Exception {
      Runnable read = NoFileLeft::read;
      Handshake.warmUp();
      OpenFiles.exhaust();
      Thread.ofVirtual().start(read).join();
    }

    private static final Socket SOCKET = connected();

    private static Socket connected() {
      try {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        client.setSoTimeout(200);
        return client;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void read() {
      try {
        var unused = SOCKET.getInputStream().read();
      } catch (SocketTimeoutException expected) {
        System.out.println("waited");
      } catch (IOException | Error failed) {
        System.out.println(failed);
      }
    }
  }

  @RepeatedTest(5)
  void virtualThreadsCanWaitForSocketsWhenNoFileIsLeft() {
    try (ChildJvm child = OpenFiles.start(NoFileLeft.class)) {
      assertEquals(0, child.awaitExit(), child.err()::toString);
      assertEquals("waited", child.out().getLast(), child.err()::toString);
    }
  }
}
