package agentcore.cli.bench;

import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A chat for one connection that mishandles every tenth message. */
final class LyingServer implements Consumer {
  enum Lie {
    LOSE,
    DOUBLE,
    SWAP,
    /** Stops for half a second, once, and then replies to everything. */
    STALL
  }

  static final Duration STALL = Duration.ofMillis(500);

  private final Lie lie;
  private final List<String> held = new ArrayList<>();
  private int count;

  LyingServer(Lie lie) {
    this.lie = lie;
  }

  @Override
  public void connected(Session session) {
    session.send(Event.of("welcome"));
  }

  @Override
  public Map<String, Handler> handlers() {
    return Map.of(
        "create_room",
        (session, message) -> session.send(Event.of("room_joined")),
        "chat_message",
        this::chat);
  }

  private void chat(Session session, Message message) {
    String text = message.data().string("text").orElseThrow();
    if (++count % 10 != 5) {
      reply(session, text);
      held.forEach(late -> reply(session, late));
      held.clear();
      return;
    }
    switch (lie) {
      case LOSE -> {}
      case DOUBLE -> {
        reply(session, text);
        reply(session, text);
      }
      case SWAP -> held.add(text);
      case STALL -> {
        LockSupport.parkNanos(count == 5 ? STALL.toNanos() : 0);
        reply(session, text);
      }
    }
  }

  private static void reply(Session session, String text) {
    session.send(Event.of("chat_message").with("text", text));
  }
}
