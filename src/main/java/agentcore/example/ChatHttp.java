package agentcore.example;

import agentcore.core.AgentCore;
import agentcore.core.transport.HttpRequest;
import java.util.function.Predicate;

/** What the chat answers over plain HTTP: its page, and what was said in public rooms. */
public final class ChatHttp {
  private ChatHttp() {}

  /**
   * Adds the chat's routes to a server that is not started.
   *
   * @param mayRead whether a request may read what was said, by the token that it carries
   */
  public static AgentCore addTo(
      AgentCore server, ChatSettings settings, Predicate<HttpRequest> mayRead) {
    Page.load().forEach(server::http);
    return server.http(
        "/api/rooms/{room}/messages",
        new PublicHistory(server.manager().backend(), settings.defaultRoom(), mayRead));
  }
}
