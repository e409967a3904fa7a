package agentcore.example.http;

import agentcore.core.AgentCore;
import agentcore.core.auth.Authenticator;
import agentcore.core.auth.TokenException;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Room;
import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpRequest;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.Event;
import agentcore.core.message.Names;
import java.util.List;
import java.util.Optional;

/** Answers {@code GET /api/rooms/{room}/messages} with the newest messages of a public room. */
final class PublicHistory implements HttpHandler {
  private static final int ROOM_SEGMENT = 2;
  private static final int MAX_LIMIT = 1000;
  private static final String DEFAULT_LIMIT = "50";
  private static final String LIMIT_PATTERN = "[0-9]{1,9}";

  /** Bounds the memory of one request, however long the messages are. */
  private static final int MAX_BYTES = 1024 * 1024;

  private final AgentCore server;
  private final String defaultRoom;

  PublicHistory(AgentCore server, String defaultRoom) {
    this.server = server;
    this.defaultRoom = defaultRoom;
  }

  @Override
  public HttpResponse handle(HttpRequest request) {
    if (!mayRead(request)) {
      return refusal(401, "A valid bearer token is required").with("WWW-Authenticate", "Bearer");
    }
    Optional<String> segment = request.segment(ROOM_SEGMENT);
    if (segment.isEmpty()) {
      return refusal(400, "Room name is not percent-encoded UTF-8");
    }
    String limit = request.parameters().getOrDefault("limit", DEFAULT_LIMIT);
    int number = limit.matches(LIMIT_PATTERN) ? Integer.parseInt(limit) : 0;
    if (number < 1 || number > MAX_LIMIT) {
      return refusal(400, "Limit must be between 1 and " + MAX_LIMIT);
    }
    try {
      return messages(Names.trim(segment.get()), number);
    } catch (BackendException unreachable) {
      return refusal(503, "The message store is not reachable, try again");
    }
  }

  /** Any valid token may read; without an authenticator everyone may. */
  private boolean mayRead(HttpRequest request) {
    Optional<Authenticator> authenticator = server.authenticator();
    return authenticator.isEmpty()
        || request.bearerToken().filter(token -> isValid(authenticator.get(), token)).isPresent();
  }

  private static boolean isValid(Authenticator authenticator, String token) {
    try {
      return !authenticator.identify(token).user().isEmpty();
    } catch (TokenException bad) {
      return false;
    }
  }

  private HttpResponse messages(String name, int limit) {
    Optional<Room> room = server.backend().directory().find(name).filter(Room::isPublic);
    if (room.isPresent()) {
      return server.history(room.get(), limit, MAX_BYTES, messages -> answer(name, messages));
    }
    return name.equals(defaultRoom) // it is created when the first user connects
        ? answer(name, List.of())
        : refusal(404, "Room not found: " + name);
  }

  private HttpResponse answer(String name, List<Event.Json> messages) {
    Event answer =
        Event.object()
            .with("room", name)
            .withList("messages", messages)
            .with("count", messages.size());
    return HttpResponse.json(200, server.json(answer));
  }

  private HttpResponse refusal(int status, String detail) {
    return HttpResponse.json(status, server.json(Event.object().with("detail", detail)));
  }
}
