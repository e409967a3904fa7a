package agentcore.torture;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.torture.History.Ack;
import agentcore.torture.History.Place;
import agentcore.torture.History.Reader;
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

/** Everybody who talks and reads in a run, in the lobby and some rooms. */
final class Crowd implements AutoCloseable {
  static final String LOBBY = "lobby";

  private final Ports ports;
  private final List<String> rooms = new ArrayList<>();
  private final List<TortureClient> clients = new ArrayList<>();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();

  /**
   * Makes the rooms and lets everybody in: half of the people of a room talk in it, and every
   * eighth in the lobby.
   *
   * @param perSecond how much each talks
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
      Writing writing = new Writing(talksInLobby ? LOBBY : room, new Random(random.nextLong()));
      clients.add(
          new TortureClient(
                  "user-" + i,
                  ports,
                  room,
                  writing,
                  talks || talksInLobby ? perSecond : 0,
                  random.nextLong(),
                  problems)
              .start());
    }
    Await.until("everybody to be in", () -> clients.stream().allMatch(this::isIn));
  }

  private boolean isIn(TortureClient client) {
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
   * Lets nobody begin anything new, and waits until everything was acknowledged and everybody knows
   * the end of every log; what does not come is a problem.
   */
  void finish(Duration deadline) {
    clients.forEach(client -> client.writing().finish());
    try {
      Await.until(
          "everything to be acknowledged",
          deadline,
          () -> clients.stream().allMatch(client -> client.writing().isAnswered()));
    } catch (AssertionError unanswered) {
      problems.add(String.valueOf(unanswered.getMessage()));
    }
    allRooms().forEach(room -> awaitEven(room, deadline));
  }

  private void awaitEven(String room, Duration deadline) {
    try {
      Await.until("the readers of " + room + " to be even", deadline, () -> isEven(room));
    } catch (AssertionError behind) {
      problems.add(
          behind.getMessage() + ": the log ends at " + top(room) + ", they are at " + ends(room));
    }
  }

  private boolean isEven(String room) {
    List<Place> ends = ends(room).stream().distinct().toList();
    return ends.size() == 1 && Optional.of(ends.getFirst()).equals(top(room));
  }

  private List<Place> ends(String room) {
    return clients.stream()
        .flatMap(client -> Optional.ofNullable(client.views().get(room)).stream())
        .flatMap(view -> view.last().stream())
        .toList();
  }

  /** Returns where the log ends for somebody who comes now, to whichever server answers. */
  private Optional<Place> top(String room) {
    return IntStream.range(0, ports.count())
        .mapToObj(server -> top(room, server))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Place> top(String room, int server) {
    try (RawClient observer = RawClient.connect(ports.of(server), RawClient.path("observer"))) {
      JsonObject welcome = observer.nextJson("welcome");
      if (room.equals(LOBBY)) {
        return Optional.of(RoomView.place(welcome));
      }
      JsonObject data = new JsonObject();
      data.addProperty("room", room);
      observer.send(TortureClient.request("join_room", data, "join"));
      return Optional.of(RoomView.place(observer.nextJson("room_joined")));
    } catch (UncheckedIOException | AssertionError notNow) {
      return Optional.empty();
    }
  }

  private List<String> allRooms() {
    List<String> all = new ArrayList<>(rooms);
    all.add(LOBBY);
    return all;
  }

  /** Returns what happened so far, by room. */
  List<History> histories(List<Long> lossesNanos) {
    List<History> histories = new ArrayList<>();
    for (String room : allRooms()) {
      List<Ack> acks = new ArrayList<>();
      List<Reader> readers = new ArrayList<>();
      for (TortureClient client : clients) {
        if (client.writing().room().equals(room)) {
          acks.addAll(client.writing().acks());
        }
        Optional.ofNullable(client.views().get(room)).ifPresent(view -> readers.add(view.reader()));
      }
      histories.add(new History(room, acks, readers, lossesNanos));
    }
    return histories;
  }

  List<TortureClient> clients() {
    return List.copyOf(clients);
  }

  /** Returns the place for what no server should have said or done. */
  Queue<String> problems() {
    return problems;
  }

  /** Returns how many messages were acknowledged so far. */
  int acknowledged() {
    return clients.stream().mapToInt(client -> client.writing().acks().size()).sum();
  }

  @Override
  public void close() {
    clients.forEach(TortureClient::close);
  }
}
