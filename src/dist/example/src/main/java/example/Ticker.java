package example;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Publishes a number into a room at regular intervals, from a thread that belongs to the program. */
public final class Ticker implements Consumer {
  private static final Setting TICK_INTERVAL =
      Setting.seconds("TICK_INTERVAL", "1", "seconds between two ticks");
  private static final Room CLOCK = new Room("clock", "clock", "", true);

  @Override
  public Map<String, Handler> handlers() {
    return Map.of();
  }

  @Override
  public void connected(Session session) {
    session.directory().create(CLOCK); // has no effect if the room exists
    session.enter(CLOCK, Event.of("left"), Event.of("joined"), Optional.empty());
  }

  private static void run(AgentCore server, Duration interval) {
    server.backend().directory().create(CLOCK);
    try {
      for (long number = 1; true; number++) {
        Thread.sleep(interval);
        try {
          server.room(CLOCK.name()).publish(Event.of("tick").with("number", number));
        } catch (BackendException away) {
          // the next tick is another one
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] args) throws Exception {
    List<Setting> settings = new ArrayList<>(Setting.library());
    settings.add(TICK_INTERVAL);
    Config config = Config.load(settings, Optional.empty(), System.getenv(), Map.of());
    Duration interval = config.seconds(TICK_INTERVAL);
    try (AgentCore server = new AgentCore(config).endpoint("/ws/{user_id}", new Ticker()).start()) {
      Thread.ofPlatform().daemon().name("ticker").start(() -> run(server, interval));
      System.out.println("listening on port " + server.port());
      server.join();
    }
  }
}
