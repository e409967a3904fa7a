package agentcore.torture;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.torture.history.History;
import agentcore.torture.history.History.Ack;
import agentcore.torture.history.History.Position;
import agentcore.torture.history.History.Reader;
import com.google.gson.JsonObject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** All clients of a run. Each is in the lobby and in one room. */
final class Crowd implements AutoCloseable {
  static final String LOBBY = "lobby";

  private final Ports ports;
  private final List<String> rooms = new ArrayList<>();
  private final List<TortureClient> clients = new ArrayList<>();
  private final List<ApiWriter> apiWriters = new ArrayList<>();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();

  /**
   * Creates the rooms and connects all clients. Half of the clients of a room write to it; every
   * eighth client writes to the lobby.
   *
   * @param perSecond messages per second of each writer
   */
  Crowd(Ports ports, int roomCount, int perRoom, int perSecond, long seed) {
    this.ports = ports;
    for (int i = 0; i < roomCount; i++) {
      rooms.add("room-" + i);
      create(rooms.getLast());
    }
    Random random = new Random(seed);
    for (int i = 0; i < roomCount * perRoom; i++) {
      String room = rooms.get(i % roomCount);
      boolean talks = i / roomCount < perRoom / 2;
      boolean talksInLobby = !talks && i % 8 == 0;
      MessageWriter writer =
          new MessageWriter(
              "user-" + i, talksInLobby ? LOBBY : room, new Random(random.nextLong()));
      clients.add(
          new TortureClient(
                  "user-" + i,
                  ports,
                  room,
                  writer,
                  talks || talksInLobby ? perSecond : 0,
                  random.nextLong(),
                  problems)
              .start());
    }
    Await.until("all clients to join", () -> clients.stream().allMatch(this::hasJoined));
  }

  /**
   * Adds a program to each room and to the lobby that writes over the HTTP API. The servers need
   * {@link ApiWriter#SETTINGS}.
   */
  Crowd withApiWriters(int perSecond, long seed) {
    Random random = new Random(seed);
    for (String room : allRooms()) {
      apiWriters.add(
          new ApiWriter("api-" + room, ports, room, perSecond, random.nextLong(), problems)
              .start());
    }
    return this;
  }

  private boolean hasJoined(TortureClient client) {
    return client.views().values().stream().allMatch(view -> view.last().isPresent());
  }

  private void create(String room) {
    try (RawClient creator = RawClient.connect(ports.of(0), RawClient.path("creator"))) {
      JsonObject data = new JsonObject();
      data.addProperty("room_name", room);
      creator.send(TortureClient.request("create_room", data, "create"));
      JsonObject unused = creator.nextJson("room_created");
    }
  }

  /**
   * Stops new messages, then waits until every message is acknowledged and every reader has reached
   * the end of its logs. Records a problem if that does not happen in time.
   */
  void finish(Duration deadline) {
    clients.forEach(client -> client.writer().finish());
    apiWriters.forEach(ApiWriter::finish);
    try {
      Await.until(
          "all messages to be acknowledged",
          deadline,
          () ->
              clients.stream().allMatch(client -> client.writer().isAnswered())
                  && apiWriters.stream().allMatch(ApiWriter::isAnswered));
    } catch (AssertionError late) {
      problems.add(String.valueOf(late.getMessage()));
    }
    allRooms().forEach(room -> awaitCaughtUp(room, deadline));
  }

  private void awaitCaughtUp(String room, Duration deadline) {
    try {
      Await.until(
          "the readers of " + room + " to reach the end of the log",
          deadline,
          () -> haveCaughtUp(room));
    } catch (AssertionError behind) {
      problems.add(
          behind.getMessage()
              + ": the log ends at "
              + logEnd(room)
              + ", the readers are at "
              + positionsOf(room));
    }
  }

  private boolean haveCaughtUp(String room) {
    List<Position> positions = positionsOf(room).stream().distinct().toList();
    return positions.size() == 1 && Optional.of(positions.getFirst()).equals(logEnd(room));
  }

  private List<Position> positionsOf(String room) {
    return clients.stream()
        .flatMap(client -> Optional.ofNullable(client.views().get(room)).stream())
        .flatMap(view -> view.last().stream())
        .toList();
  }

  /** Returns the end of the room's log, as reported by the first server that answers. */
  private Optional<Position> logEnd(String room) {
    return IntStream.range(0, ports.count())
        .mapToObj(server -> logEnd(room, server))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Position> logEnd(String room, int server) {
    try (RawClient observer = RawClient.connect(ports.of(server), RawClient.path("observer"))) {
      JsonObject welcome = observer.nextJson("welcome");
      if (room.equals(LOBBY)) {
        return Optional.of(RoomView.position(welcome));
      }
      JsonObject data = new JsonObject();
      data.addProperty("room", room);
      observer.send(TortureClient.request("join_room", data, "join"));
      return Optional.of(RoomView.position(observer.nextJson("room_joined")));
    } catch (UncheckedIOException | AssertionError notNow) {
      return Optional.empty();
    }
  }

  private List<String> allRooms() {
    List<String> all = new ArrayList<>(rooms);
    all.add(LOBBY);
    return all;
  }

  /** Returns one history per room, as recorded so far. */
  List<History> histories(List<Long> lossesNanos) {
    List<History> histories = new ArrayList<>();
    for (String room : allRooms()) {
      List<Ack> acks = new ArrayList<>();
      List<Reader> readers = new ArrayList<>();
      for (TortureClient client : clients) {
        if (client.writer().room().equals(room)) {
          acks.addAll(client.writer().acks());
        }
        Optional.ofNullable(client.views().get(room)).ifPresent(view -> readers.add(view.reader()));
      }
      apiWriters.stream()
          .filter(writer -> writer.room().equals(room))
          .forEach(writer -> acks.addAll(writer.acks()));
      histories.add(new History(room, acks, readers, lossesNanos));
    }
    return histories;
  }

  List<TortureClient> clients() {
    return List.copyOf(clients);
  }

  /** Returns the queue that collects replies and failures that must not occur. */
  Queue<String> problems() {
    return problems;
  }

  /** Returns the number of messages acknowledged so far. */
  int acknowledged() {
    return clients.stream().mapToInt(client -> client.writer().acks().size()).sum();
  }

  /** Returns the number of messages acknowledged so far over the HTTP API. */
  int acknowledgedByApi() {
    return apiWriters.stream().mapToInt(writer -> writer.acks().size()).sum();
  }

  @Override
  public void close() {
    apiWriters.forEach(ApiWriter::close);
    clients.forEach(TortureClient::close);
  }
}
