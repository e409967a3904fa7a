package agentcore.testkit;

import agentcore.core.dispatch.ConnectionSession;
import agentcore.core.dispatch.Dispatcher;
import agentcore.core.message.Message;
import agentcore.core.serializer.Serializer;
import java.nio.charset.StandardCharsets;

/** Requests from their text, as the server reads them. */
public final class Requests {
  private Requests() {}

  /** Reads a request. */
  public static Message read(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new Serializer().read(utf8, 0, utf8.length).orElseThrow();
  }

  /** Has a request handled that a client sent. */
  public static void receive(Dispatcher dispatcher, ConnectionSession session, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (!dispatcher.receive(session, utf8, 0, utf8.length)) {
      throw new IllegalArgumentException(text);
    }
  }
}
