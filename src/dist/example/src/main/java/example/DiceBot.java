package example;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A table at which users talk, and a bot in the same process that rolls a die when someone says
 * "/roll". The bot is part of the consumer: it has no connection, sees each message after it was
 * published, and publishes its answer to the same room.
 */
public final class DiceBot implements Consumer {
  private static final Room TABLE = new Room("table", "table", "", true);

  @Override
  public Map<String, Handler> handlers() {
    return Map.of("say", DiceBot::say);
  }

  @Override
  public void connected(Session session) {
    session.directory().create(TABLE); // has no effect if the room exists
    Event joined = Event.of("joined").with("user", session.user());
    Event left = Event.of("left").with("user", session.user());
    session.enter(TABLE, left, joined, Optional.empty());
    session.send(Event.of("welcome"));
  }

  private static void say(Session session, Message message) {
    String text = message.data().string("text").orElse("");
    publish(session, session.user(), text);
    if (text.equals("/roll")) {
      int number = ThreadLocalRandom.current().nextInt(1, 7);
      publish(session, "dice bot", session.user() + " rolled " + number);
    }
  }

  private static void publish(Session session, String user, String text) {
    Event said = Event.of("said").with("user", user).with("text", text);
    session
        .membership(TABLE.name())
        .ifPresent(table -> session.publish(table, said, Optional.empty()));
  }

  public static void main(String[] args) throws Exception {
    Config config = Config.load(Optional.empty(), System.getenv(), Map.of());
    try (AgentCore server =
        new AgentCore(config).endpoint("/ws/{user_id}", new DiceBot()).start()) {
      System.out.println("listening on port " + server.port());
      server.join();
    }
  }
}
