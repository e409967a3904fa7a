import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.Event;

class Echo {
  public static void main(String[] args) throws Exception {
    Config config = Config.defaults();
    MemoryBackend backend = new MemoryBackend(config.backendLimits());
    Consumer echo = Consumer.of("echo", (session, message) -> session.reply(message, Event.of("echo")));
    try (AgentCore server = new AgentCore(config, backend).endpoint("/ws/{user_id}", echo).start()) {
      server.join();
    }
  }
}
