package agentcore.core.transport;

import agentcore.core.serializer.Serializer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Does once, before any client connects, what each connection begins with. The classes for it and
 * their files (time zones, jars, the pollers of virtual threads) are opened then. A class that is
 * first needed when the process has no file left fails forever: no later connection could be
 * upgraded, and no virtual thread could wait for a socket.
 */
final class Rehearsal {
  private static final Logger LOG = System.getLogger(Rehearsal.class.getName());
  private static final byte[] PING = {(byte) 0x89, (byte) 0x80, 0, 0, 0, 0};
  private static final byte[] CLOSE = {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0};

  private static final class Nowhere extends Socket {
    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }
  }

  private Rehearsal() {}

  /** Upgrades a request that no client sent, feeds frames, and waits for a socket. */
  static void run() throws IOException, HttpException, InterruptedException {
    waitForSocket();
    String request =
        """
        GET / HTTP/1.1
        Host: x
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

        """
            .replace("\n", "\r\n");
    HttpRequest parsed = HttpRequest.parse(request.getBytes(StandardCharsets.US_ASCII));
    Handshake.check(parsed);
    try (Socket nowhere = new Nowhere()) {
      Engine engine = new Engine(nowhere, () -> {}, PING.length);
      engine.upgrade(Handshake.forEngine(parsed));
      engine.feed(PING.clone(), 0, PING.length, false);
      engine.feed(CLOSE.clone(), 0, CLOSE.length, false);
      engine.ended();
    }
    var unused = new Serializer().read("{\"type\":\"ping\"}");
  }

  /** Waits for a byte that does not come, on a virtual thread: the JDK opens its pollers then. */
  private static void waitForSocket() throws IOException, InterruptedException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket server = new ServerSocket(0, 1, loopback);
        Socket client = new Socket(loopback, server.getLocalPort())) {
      client.setSoTimeout(1);
      Thread.ofVirtual().name("rehearsal").start(() -> read(client)).join();
    }
  }

  private static void read(Socket silent) {
    try {
      var unused = silent.getInputStream().read();
    } catch (IOException expected) {
      LOG.log(Level.TRACE, "rehearsed: {0}", expected.getMessage());
    }
  }
}
