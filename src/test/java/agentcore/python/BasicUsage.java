package agentcore.python;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.example.ChatConsumer;
import agentcore.example.ChatSetting;
import java.util.Map;
import java.util.Optional;

/** The same server as in the Basic Usage of the Python original's README. */
final class BasicUsage {
  private BasicUsage() {}

  static AgentCore start(Map<String, String> environment) throws Exception {
    Config config = Config.load(ChatSetting.all(), Optional.empty(), environment, Map.of());
    Backend backend = new MemoryBackend(config.backendLimits());
    ChatConsumer consumer = new ChatConsumer(config);
    return new AgentCore(config, backend).endpoint("/ws/{user_id}", consumer).start();
  }
}
