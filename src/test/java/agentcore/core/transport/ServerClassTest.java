package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.DefaultWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;
import org.junit.jupiter.api.Test;

/**
 * Shows why AgentCore uses Java-WebSocket's engine and not its server class: that loses writes. Its
 * selector thread finds nothing to write and returns to reading; if a worker has queued a reply in
 * between, nobody writes it. If this test fails, the library was fixed, and the choice can be
 * reconsidered.
 */
class ServerClassTest {
  private static final int MAX_MESSAGES = 100;

  /** Echoes on a worker; the selector thread waits at one place until the worker is done. */
  private static final class Echo extends WebSocketServer {
    private final Semaphore answered = new Semaphore(0);
    private boolean hasRead; // for the selector thread only
    private volatile boolean wasSlow;

    Echo() {
      super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      setWebSocketFactory(
          new DefaultWebSocketServerFactory() {
            @Override
            public WebSocketImpl createWebSocket(WebSocketAdapter adapter, List<Draft> drafts) {
              return new Socket(adapter, drafts);
            }
          });
    }

    private final class Socket extends WebSocketImpl {
      Socket(WebSocketAdapter adapter, List<Draft> drafts) {
        super(adapter, drafts);
      }

      /** Called between the last look at the queue and the return to reading. */
      @Override
      public boolean isFlushAndClose() {
        if (Thread.currentThread().getName().startsWith("WebSocketSelector")) {
          awaitAnswer();
        }
        return super.isFlushAndClose();
      }
    }

    /** The selector thread passes a message that it has read to a worker. */
    @Override
    protected void queue(WebSocketImpl socket) throws InterruptedException {
      hasRead = socket.isOpen();
      super.queue(socket);
    }

    private void awaitAnswer() {
      if (hasRead && !answered.tryAcquire()) {
        try {
          wasSlow = answered.tryAcquire(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
          Thread.currentThread().interrupt();
        }
      }
      hasRead = false;
    }

    @Override
    public void onMessage(WebSocket client, String text) {
      client.send(text);
      answered.release();
    }

    boolean isStuck() {
      return wasSlow && getConnections().stream().anyMatch(Echo::waitsForNothing);
    }

    private static boolean waitsForNothing(WebSocket client) {
      WebSocketImpl socket = (WebSocketImpl) client;
      return !socket.outQueue.isEmpty()
          && socket.getSelectionKey().interestOps() == SelectionKey.OP_READ;
    }

    @Override
    public void onStart() {}

    @Override
    public void onOpen(WebSocket client, ClientHandshake request) {}

    @Override
    public void onClose(WebSocket client, int code, String reason, boolean remote) {}

    @Override
    public void onError(WebSocket client, Exception e) {}
  }

  @Test
  void replyIsStuckIfItComesWhileTheSelectorThreadReturnsToReading() throws Exception {
    Echo server = new Echo();
    server.start();
    try {
      Await.until("the port", () -> server.getPort() > 0);
      try (RawClient client = RawClient.connect(server.getPort(), "/")) {
        int messages = 0;
        do {
          messages++;
          client.send("message " + messages);
        } while (messages < MAX_MESSAGES && isAnswered(client, server, messages));
        assertTrue(server.isStuck(), "every one of %d messages was answered".formatted(messages));
        client.send("another"); // its reply takes the stuck one along
        assertEquals("message " + messages, client.nextText());
      }
    } finally {
      server.stop(1000);
    }
  }

  private static boolean isAnswered(RawClient client, Echo server, int message) throws Exception {
    InputStream in = client.socket().getInputStream();
    Await.until(
        "a reply, or proof that none will come",
        () -> {
          try {
            return in.available() > 0 || server.isStuck();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    if (server.isStuck()) {
      return false;
    }
    assertEquals("message " + message, client.nextText());
    return true;
  }
}
