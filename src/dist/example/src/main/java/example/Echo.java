package example;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.Event;
import java.util.Map;
import java.util.Optional;

/** Answers each "echo" with an "echo": the smallest server. */
public final class Echo {
  private Echo() {}

  public static void main(String[] args) throws Exception {
    Config config = Config.load(Optional.empty(), System.getenv(), Map.of());
    Consumer echo =
        Consumer.of("echo", (session, message) -> session.reply(message, Event.of("echo")));
    try (AgentCore server = new AgentCore(config).endpoint("/ws/{user_id}", echo).start()) {
      System.out.println("listening on port " + server.port());
      server.join();
    }
  }
}
