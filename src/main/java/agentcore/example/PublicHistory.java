package agentcore.example;

import agentcore.core.auth.Authenticator;
import agentcore.core.auth.TokenException;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Room;
import agentcore.core.connection.Charge;
import agentcore.core.connection.LogEvents;
import agentcore.core.connection.SendBudget;
import agentcore.core.message.Event;
import agentcore.core.message.Names;
import agentcore.core.serializer.Serializer;
import agentcore.core.transport.HttpHandler;
import agentcore.core.transport.HttpRequest;
import agentcore.core.transport.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers {@code GET /api/rooms/{room}/messages}: the newest messages of a public room. */
final class PublicHistory implements HttpHandler {
  private static final int ROOM_SEGMENT = 2;
  private static final int MAX_LIMIT = 1000;
  private static final String DEFAULT_LIMIT = "50";
  private static final String A_LIMIT = "[0-9]{1,9}";

  /** The newest that fit are given: one request takes no more memory, however long the texts. */
  private static final int MAX_BYTES = 1024 * 1024;

  /** What building such an answer takes: the store's answer, entries, events, text and bytes. */
  private static final long MEMORY_BYTES = 8L * MAX_BYTES;

  private final Serializer serializer = new Serializer();
  private final Backend backend;
  private final SendBudget budget;
  private final String defaultRoom;
  private final Supplier<Optional<Authenticator>> authenticator;

  /** Makes it; where there is an authenticator, whoever asks needs a token, and any will do. */
  PublicHistory(
      Backend backend,
      SendBudget budget,
      String defaultRoom,
      Supplier<Optional<Authenticator>> authenticator) {
    this.backend = backend;
    this.budget = budget;
    this.defaultRoom = defaultRoom;
    this.authenticator = authenticator;
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
    int number = limit.matches(A_LIMIT) ? Integer.parseInt(limit) : 0;
    if (number < 1 || number > MAX_LIMIT) {
      return refusal(400, "Limit must be between 1 and " + MAX_LIMIT);
    }
    try {
      return reserved(() -> messages(Names.trim(segment.get()), number));
    } catch (BackendException unreachable) {
      return refusal(503, "The message store is not reachable, try again");
    }
  }

  private HttpResponse reserved(Supplier<HttpResponse> building) {
    Charge memory = budget.reserve(MEMORY_BYTES);
    try {
      return building.get();
    } finally {
      memory.close();
    }
  }

  private boolean mayRead(HttpRequest request) {
    Optional<Authenticator> needed = authenticator.get();
    return needed.isEmpty()
        || request.bearerToken().filter(token -> isValid(needed.get(), token)).isPresent();
  }

  private static boolean isValid(Authenticator authenticator, String token) {
    try {
      return !authenticator.identify(token).user().isEmpty();
    } catch (TokenException bad) {
      return false;
    }
  }

  private HttpResponse messages(String name, int limit) {
    Optional<Room> room = backend.directory().find(name).filter(Room::isPublic);
    if (room.isEmpty() && !name.equals(defaultRoom)) { // which is there before anyone was in it
      return refusal(404, "Room not found: " + name);
    }
    List<Event.Json> messages = room.map(found -> newest(found, limit)).orElse(List.of());
    Event answer =
        Event.object()
            .with("room", name)
            .withList("messages", messages)
            .with("count", messages.size());
    return HttpResponse.json(200, serializer.write(answer));
  }

  private List<Event.Json> newest(Room room, int limit) {
    return backend
        .log()
        .history(GroupId.room(room), Long.MAX_VALUE, limit, MAX_BYTES)
        .entries()
        .stream()
        .map(entry -> new Event.Json(LogEvents.complete(serializer, entry)))
        .toList();
  }

  private HttpResponse refusal(int status, String detail) {
    return HttpResponse.json(status, serializer.write(Event.object().with("detail", detail)));
  }
}
