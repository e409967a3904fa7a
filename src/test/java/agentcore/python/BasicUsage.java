package agentcore.python;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.example.ChatConsumer;
import agentcore.example.ChatSetting;
import java.util.Map;
import java.util.Optional;

/** The server of "Basic Usage" in the README of the Python original. */
final class BasicUsage {
  private BasicUsage() {}

  static AgentCore start(Map<String, String> environment) throws Exception {
    Config config = Config.load(ChatSetting.all(), Optional.empty(), environment, Map.of());
    ChatConsumer consumer = new ChatConsumer(config);
    return new AgentCore(config).endpoint("/ws/{user_id}", consumer).start();
  }
}
