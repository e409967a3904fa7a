package agentcore;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.Event;
import java.io.IOException;

/** The example server of the README. */
public final class EchoServer {
  static AgentCore start(String port) throws IOException {
    Config config = Config.defaults().with(Setting.PORT, port);
    Consumer echo =
        Consumer.of(
            "echo",
            (session, message) ->
                session.reply(
                    message,
                    Event.of("echo").with("text", message.data().string("text").orElse(""))));
    return new AgentCore(config).endpoint("/ws/{user_id}", echo).start();
  }

  public static void main(String[] args) throws Exception {
    try (AgentCore server = start("9000")) {
      server.join();
    }
  }
}
