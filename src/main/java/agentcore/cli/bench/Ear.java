package agentcore.cli.bench;

import agentcore.cli.common.ServerEvent;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;

/** Hears what happens on a {@link Swarm}'s connections, on its thread. */
interface Ear {
  /**
   * A text came: the payload at {@code bytes[from..to)}, good for the time of the call.
   *
   * @param readNanos when it was read, of {@link System#nanoTime}
   */
  void text(Client client, byte[] bytes, int from, int to, long readNanos);

  /** A client's bytes have been handled, and it is the next one's turn. */
  default void handled() {}

  /** Reads a text of which more is to be known; one that is no JSON object has no fields. */
  static ServerEvent parse(byte[] bytes, int from, int to) {
    return ServerEvent.parse(new String(bytes, from, to - from, StandardCharsets.UTF_8))
        .orElseGet(() -> ServerEvent.of(new JsonObject()));
  }
}
