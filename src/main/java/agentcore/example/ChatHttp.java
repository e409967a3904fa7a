package agentcore.example;

import agentcore.core.AgentCore;
import agentcore.core.Config;

/** What the chat answers over plain HTTP: its page, and what was said in public rooms. */
public final class ChatHttp {
  private ChatHttp() {}

  /** Adds the chat's routes to a server that is not started. */
  public static AgentCore addTo(AgentCore server, Config config) {
    Page.load().forEach(server::http);
    return server.http(
        "/api/rooms/{room}/messages",
        new PublicHistory(
            server.manager().backend(),
            server.manager().sendBudget(),
            config.text(ChatSetting.DEFAULT_ROOM),
            server::authenticator));
  }
}
