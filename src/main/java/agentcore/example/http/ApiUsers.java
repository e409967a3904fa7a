package agentcore.example.http;

import agentcore.core.AgentCore;
import agentcore.core.ServerUser;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.Event;
import agentcore.example.ChatCodes;
import agentcore.example.People;

/** Shows and disconnects users, for the HTTP API. */
final class ApiUsers {
  private final AgentCore server;

  ApiUsers(AgentCore server) {
    this.server = server;
  }

  HttpResponse status(ApiCall call) {
    ServerUser user = server.user(call.user());
    int connections = user.connections().size();
    return HttpResponse.json(
        200, server.json(People.status(Event.object(), user.id(), connections, user.lastSeen())));
  }

  /** Closes the user's connections; none is no error, so that the request can be repeated. */
  HttpResponse disconnect(ApiCall call) {
    String user = call.user();
    int connections = server.user(user).disconnect(ChatCodes.DISCONNECTED);
    return HttpResponse.json(
        200, server.json(Event.object().with("username", user).with("connections", connections)));
  }
}
