package agentcore.example;

import agentcore.core.Config;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Replay;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import java.util.List;
import java.util.Optional;

/** Welcomes a new connection: puts it into the default room, and resumes what it had received. */
final class Welcome {
  private final DefaultRoom defaultRoom;

  Welcome(Config config) {
    this.defaultRoom = new DefaultRoom(config);
  }

  /** Puts a connection into the default room, and sends it {@code welcome}. */
  void send(Session session) {
    Optional<Position> lastSeen = Requests.lastSeen(session);
    Optional<Membership> lobby = enterDefaultRoom(session, lastSeen);
    Event welcome =
        Event.of("welcome")
            .with(
                "message",
                "Welcome to the chat, "
                    + session.user()
                    + "! Create or join a room to start chatting.")
            .with("user_id", session.channel())
            .with("username", session.user())
            .withList("rooms", lobby.map(l -> List.of(l.room().name())).orElse(List.of()));
    Event withPosition =
        PrivateMessages.describe(
            lobby.map(l -> Rooms.place(welcome, l.entered())).orElse(welcome), session);
    Optional<Replay> replay = lastSeen.flatMap(seen -> lobby.map(l -> session.replay(l, seen)));
    session.send(
        replay.map(r -> withPosition.with("recovered", r.isComplete())).orElse(withPosition));
    replay.ifPresent(Replay::send);
    PrivateMessages.resume(session);
  }

  private Optional<Membership> enterDefaultRoom(Session session, Optional<Position> lastSeen) {
    if (defaultRoom.name().isEmpty()) {
      return Optional.empty();
    }
    return findDefaultRoom(session)
        .flatMap(room -> Rooms.enter(session, room, lastSeen))
        // A store that has just lost its data has no such room until it is created again.
        .or(() -> findDefaultRoom(session).flatMap(room -> Rooms.enter(session, room, lastSeen)))
        .or(Welcome::failWithoutDefaultRoom);
  }

  private static Optional<Membership> failWithoutDefaultRoom() {
    throw new BackendException("the default room disappeared twice");
  }

  private Optional<Room> findDefaultRoom(Session session) {
    return session.directory().find(defaultRoom.name()).or(() -> createDefaultRoom(session));
  }

  private Optional<Room> createDefaultRoom(Session session) {
    session.directory().create(defaultRoom.room());
    return session.directory().find(defaultRoom.name());
  }
}
