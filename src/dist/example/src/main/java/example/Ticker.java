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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Publishes a number into a room at regular intervals, from a thread that belongs to the program. It
 * publishes through the session of any member: {@code Session.publish} may be called by any thread.
 */
public final class Ticker implements Consumer {
  private static final Setting TICK_INTERVAL =
      Setting.seconds("TICK_INTERVAL", "1", "seconds between two ticks");
  private static final Room CLOCK = new Room("clock", "clock", "", true);

  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private long ticks;

  @Override
  public Map<String, Handler> handlers() {
    return Map.of();
  }

  @Override
  public void connected(Session session) {
    session.directory().create(CLOCK); // has no effect if the room exists
    session.enter(CLOCK, Event.of("left"), Event.of("joined"), Optional.empty());
    sessions.add(session);
  }

  @Override
  public void disconnected(Session session) {
    sessions.remove(session);
  }

  /** Publishes one tick, if anyone is connected. */
  private void tick() {
    for (Session session : sessions) {
      var clock = session.membership(CLOCK.name());
      if (clock.isPresent()) {
        ticks++;
        session.publish(clock.get(), Event.of("tick").with("number", ticks), Optional.empty());
        return;
      }
    }
  }

  private void run(Duration interval) {
    try {
      while (true) {
        Thread.sleep(interval);
        try {
          tick();
        } catch (BackendException away) {
          // the next tick tries again
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
    Ticker ticker = new Ticker();
    try (AgentCore server = new AgentCore(config).endpoint("/ws/{user_id}", ticker).start()) {
      Thread.ofPlatform().daemon().name("ticker").start(() -> ticker.run(config.seconds(TICK_INTERVAL)));
      System.out.println("listening on port " + server.port());
      server.join();
    }
  }
}
