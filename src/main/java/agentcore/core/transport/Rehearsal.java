package agentcore.core.transport;

import agentcore.core.serializer.JsonSerializer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Does once, before anybody connects, what each connection begins with. The classes for it and
 * their files (time zones, jars) are opened then. A class that is first needed when the process has
 * no file left fails for ever: no later connection could be upgraded.
 */
final class Rehearsal {
  private static final byte[] PING = {(byte) 0x89, (byte) 0x80, 0, 0, 0, 0};
  private static final byte[] CLOSE = {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0};

  private static final class Nowhere extends Socket {
    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }
  }

  private Rehearsal() {}

  /** Upgrades a request that nobody sent, and feeds frames. */
  static void run() throws IOException, HttpException {
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
    var unused = new JsonSerializer().read("{\"type\":\"ping\"}");
  }
}
