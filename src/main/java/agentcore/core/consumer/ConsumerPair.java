package agentcore.core.consumer;

import agentcore.core.backend.Room;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Two consumers that act as one. */
final class ConsumerPair implements Consumer {
  private final Consumer first;
  private final Consumer second;

  /** Where both have a handler for a type, that of {@code second} is used. */
  ConsumerPair(Consumer first, Consumer second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public Map<String, Handler> handlers() {
    Map<String, Handler> handlers = new HashMap<>(first.handlers());
    handlers.putAll(second.handlers());
    return handlers;
  }

  @Override
  public void connected(Session session) {
    first.connected(session);
    second.connected(session);
  }

  @Override
  public void disconnected(Session session) {
    try {
      second.disconnected(session);
    } finally {
      first.disconnected(session);
    }
  }

  @Override
  public Optional<Event> afterLoss(Room room, int members) {
    return first.afterLoss(room, members).or(() -> second.afterLoss(room, members));
  }

  @Override
  public Set<String> cheapTypes() {
    return Stream.of(first, second)
        .flatMap(each -> each.cheapTypes().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public List<ErrorCode> errorCodes() {
    return Stream.of(first, second).flatMap(each -> each.errorCodes().stream()).distinct().toList();
  }

  @Override
  public List<CloseCode> closeCodes() {
    return Stream.of(first, second).flatMap(each -> each.closeCodes().stream()).distinct().toList();
  }
}
