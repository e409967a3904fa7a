package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.DefaultWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;
import org.junit.jupiter.api.Test;

/**
 * Why AgentCore uses the engine of Java-WebSocket and not its server class: that loses a write
 * which comes at the wrong moment. Where this fails the library was mended, and the choice may be
 * looked at again.
 */
class ServerClassTest {
  /** Its selector thread lets another thread write between two lines of the library. */
  private static final class Server extends WebSocketServer {
    private final AtomicReference<Runnable> between = new AtomicReference<>(() -> {});

    Server() {
      super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      setWebSocketFactory(
          new DefaultWebSocketServerFactory() {
            @Override
            public WebSocketImpl createWebSocket(WebSocketAdapter adapter, List<Draft> drafts) {
              return new Socket(adapter, drafts);
            }
          });
    }

    /** The queue was seen empty, and the key is not yet back to reading: there the library asks. */
    private final class Socket extends WebSocketImpl {
      Socket(WebSocketAdapter adapter, List<Draft> drafts) {
        super(adapter, drafts);
      }

      @Override
      public boolean isFlushAndClose() {
        if (Thread.currentThread().getName().startsWith("WebSocketSelector")) {
          between.getAndSet(() -> {}).run();
        }
        return super.isFlushAndClose();
      }
    }

    @Override
    public void onMessage(WebSocket client, String text) {
      if (text.equals("first")) {
        between.set(() -> sendByAnother(client, "second"));
      }
      client.send(text);
    }

    private static void sendByAnother(WebSocket client, String text) {
      try {
        Thread.ofVirtual().start(() -> client.send(text)).join();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }

    WebSocketImpl onlyClient() {
      return (WebSocketImpl) getConnections().iterator().next();
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
  void aWriteIsStuckThatComesBetweenTheLastLookAtTheQueueAndTheReturnToReading() throws Exception {
    Server server = new Server();
    server.start();
    try {
      Await.until("the port", () -> server.getPort() > 0);
      try (RawClient client = RawClient.connect(server.getPort(), "/")) {
        client.send("first");
        assertEquals("first", client.nextText());
        SelectionKey key = server.onlyClient().getSelectionKey();
        Await.until("the second to be queued", () -> !server.onlyClient().outQueue.isEmpty());
        Await.until("nobody to write", () -> key.interestOps() == SelectionKey.OP_READ);
        client.send("third"); // whatever is written next takes it along
        assertEquals("second", client.nextText());
        assertEquals("third", client.nextText());
      }
    } finally {
      server.stop(1000);
    }
  }
}
