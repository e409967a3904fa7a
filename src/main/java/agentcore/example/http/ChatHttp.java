package agentcore.example.http;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.example.ChatSetting;

/**
 * The HTTP routes of the chat: its page, the history of public rooms, the API for programs, and the
 * page for operators.
 */
public final class ChatHttp {
  private ChatHttp() {}

  /** Adds the routes to a server that is not started and has its authenticator, if it has one. */
  public static AgentCore addTo(AgentCore server, Config config) {
    Page.chat(config.integer(ChatSetting.MAX_TEXT_LENGTH), server.authenticator().isPresent())
        .forEach(server::http);
    Api.addTo(server, config);
    return server.http(
        "/api/rooms/{room}/messages",
        new PublicHistory(server, config.text(ChatSetting.DEFAULT_ROOM)));
  }
}
