package agentcore.learn;

import agentcore.protocol.transcript.Target;
import agentcore.testkit.RawClient;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Servers of one step that share a room, as the target of a transcript.
 *
 * <p>A step has no hook for tests, so a watcher in the room of each server counts events: once all
 * watchers have received an event, a client that connects does not receive it any more.
 */
final class StepServers implements Target {
  private final List<LearnStep.Server> servers = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();

  private StepServers() {}

  static StepServers start(LearnStep step, int count) {
    StepServers started = new StepServers();
    String prefix = "learn-" + UUID.randomUUID() + ":";
    for (int i = 0; i < count; i++) {
      started.servers.add(step.start(prefix));
    }
    started.servers.forEach(
        server -> started.watchers.add(new Watcher(server.connect(Watcher.NAME))));
    // Redis delivers in order: when this one has left, nobody waits for the joins of the watchers.
    started.servers.getFirst().connect(Watcher.NAME).close();
    started.watchers.forEach(Watcher::awaitEnd);
    return started;
  }

  /** A member that is connected before all others, and counts what they cause. */
  private static final class Watcher {
    static final String NAME = "watcher";

    private final RawClient client;
    private int joins;
    private int leaves;
    private int messages;

    Watcher(RawClient client) {
      this.client = client;
    }

    /** Waits until a member has left. */
    void awaitEnd() {
      String type;
      do {
        type = client.nextJson().get("type").getAsString();
      } while (!type.equals("user_left"));
    }

    void await(Progress progress) {
      while (joins < progress.connects()
          || leaves < progress.ends()
          || messages < progress.messages()) {
        JsonObject event = client.nextJson();
        if (!event.get("username").getAsString().equals(NAME)) {
          switch (event.get("type").getAsString()) {
            case "user_joined_room" -> joins++;
            case "user_left" -> leaves++;
            case "chat_message" -> messages++;
            default -> {}
          }
        }
      }
    }
  }

  @Override
  public int port(int index) {
    return servers.get(index % servers.size()).port();
  }

  @Override
  public void settle(Progress progress) {
    watchers.forEach(watcher -> watcher.await(progress));
  }

  @Override
  public void awaitEnds(Progress progress) {
    settle(progress);
  }

  @Override
  public boolean followsDescription() {
    return false; // it leaves out fields that the steps have no use for
  }

  @Override
  public void close() {
    watchers.forEach(watcher -> watcher.client.close());
    servers.forEach(LearnStep.Server::close);
  }
}
