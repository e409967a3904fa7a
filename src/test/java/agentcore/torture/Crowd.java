package agentcore.torture;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.torture.history.AccountChecker;
import agentcore.torture.history.History;
import agentcore.torture.history.History.Ack;
import agentcore.torture.history.History.Position;
import agentcore.torture.history.History.Reader;
import agentcore.torture.history.History.Seen;
import com.google.gson.JsonObject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All clients of a run. Each is in the lobby and in one room, and follows the inbox of its user. A
 * user who writes private messages has two clients.
 */
final class Crowd implements AutoCloseable {
  static final String LOBBY = "lobby";
  private static final String INBOX = "inbox of ";

  private final Ports ports;
  private final LogEnds logEnds;
  private final WrittenMessages written = new WrittenMessages();
  private final List<String> rooms = new ArrayList<>();
  private final List<TortureClient> clients = new ArrayList<>();
  private final List<ApiWriter> apiWriters = new ArrayList<>();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();

  /** What all clients use. */
  record Shared(Ports ports, WrittenMessages written, Queue<String> problems) {}

  /** To whom each writer of private messages writes. */
  private final Map<String, String> targets = new LinkedHashMap<>();

  /**
   * Creates the rooms and connects all clients. Half of the clients of a room write to it; every
   * eighth client writes to the lobby; the others write to the user of the next one.
   *
   * @param perSecond messages per second of each writer
   */
  Crowd(Ports ports, int roomCount, int perRoom, int perSecond, long seed) {
    this.ports = ports;
    this.logEnds = new LogEnds(ports);
    for (int i = 0; i < roomCount; i++) {
      rooms.add("room-" + i);
      create(rooms.getLast());
    }
    create(AccountDevice.SIDE_ROOM);
    Random random = new Random(seed);
    int all = roomCount * perRoom;
    for (int i = 0; i < all; i++) {
      String user = "user-" + i;
      String room = rooms.get(i % roomCount);
      boolean talks = i / roomCount < perRoom / 2;
      boolean talksInLobby = !talks && i % 8 == 0;
      String peer = "user-" + (i + all - 1) % all;
      Random texts = new Random(random.nextLong());
      if (talks || talksInLobby) {
        String to = talksInLobby ? LOBBY : room;
        add(user, room, peer, MessageWriter.toRoom(user, to, texts), perSecond, random);
      } else {
        String target = "user-" + (i + 1) % all;
        targets.put(user, target);
        add(user, room, peer, MessageWriter.toUser(user, target, texts), perSecond, random);
        add(user, room, peer, MessageWriter.toRoom(user, room, texts), 0, random); // only reads
      }
    }
    Await.until("all clients to join", () -> clients.stream().allMatch(this::hasJoined));
    clients.forEach(client -> client.writer().begin());
    clients.forEach(client -> client.account().begin());
  }

  private void add(
      String user, String room, String peer, MessageWriter writer, int perSecond, Random random) {
    Shared shared = new Shared(ports, written, problems);
    clients.add(
        new TortureClient(user, shared, room, peer, writer, perSecond, random.nextLong()).start());
  }

  /**
   * Adds a program to each room and to the lobby that writes over the HTTP API. The servers need
   * {@link ApiWriter#SETTINGS}.
   */
  Crowd withApiWriters(int perSecond, long seed) {
    Random random = new Random(seed);
    for (String room : allRooms().stream().filter(each -> !isInbox(each)).toList()) {
      apiWriters.add(
          new ApiWriter("api-" + room, ports, room, perSecond, random.nextLong(), problems)
              .start());
    }
    return this;
  }

  /** Lets the devices that only read be away half of the time. */
  Crowd withDevicesThatGoAway() {
    clients.stream().filter(client -> !client.isTalking()).forEach(TortureClient::goAwayAtTimes);
    return this;
  }

  private boolean hasJoined(TortureClient client) {
    return client.views().entrySet().stream()
        .filter(view -> !isInbox(view.getKey()))
        .allMatch(view -> view.getValue().last().isPresent());
  }

  /** Tests whether a name is that of an inbox. */
  static boolean isInbox(String room) {
    return room.startsWith(INBOX);
  }

  /** Returns the user whose inbox has a name. */
  static String userOf(String inbox) {
    return inbox.substring(INBOX.length());
  }

  /** Returns the name under which the inbox of a user is treated like a room. */
  static String inboxOf(String user) {
    return INBOX + user;
  }

  private void create(String room) {
    Await.until("the room " + room, () -> isCreated(room));
  }

  /** Creates a room. A server on a busy machine may refuse that, since its store is too slow. */
  private boolean isCreated(String room) {
    try (RawClient creator = RawClient.connect(ports.of(0), RawClient.path("creator"))) {
      JsonObject unused = creator.nextJson("welcome");
      JsonObject data = new JsonObject();
      data.addProperty("room_name", room);
      creator.send(ChatRequests.request("create_room", data, "create"));
      String reply = creator.nextText();
      while (!reply.contains("\"id\":\"create\"")) {
        reply = creator.nextText();
      }
      return reply.contains("room_created") || reply.contains("ROOM_EXISTS");
    } catch (UncheckedIOException | AssertionError refused) {
      return false;
    }
  }

  /**
   * Stops new messages, then waits until every message is acknowledged and every reader has reached
   * the end of its logs. Records a problem if that does not happen in time.
   */
  void finish(Duration deadline) {
    clients.forEach(client -> client.writer().finish());
    clients.forEach(client -> client.account().finish());
    apiWriters.forEach(ApiWriter::finish);
    await(
        "all messages to be acknowledged",
        deadline,
        () ->
            clients.stream().allMatch(client -> client.writer().isAnswered())
                && apiWriters.stream().allMatch(ApiWriter::isAnswered));
    allRooms().forEach(room -> awaitCaughtUp(room, deadline));
    clients.forEach(client -> client.account().listAtLast());
    await(
        "the rooms of all users",
        deadline,
        () -> clients.stream().allMatch(client -> client.account().isDone()));
  }

  private void await(String what, Duration deadline, BooleanSupplier condition) {
    try {
      Await.until(what, deadline, condition);
    } catch (AssertionError late) {
      problems.add(String.valueOf(late.getMessage()));
    }
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
              + logEnds.of(room)
              + ", the readers are at "
              + positionsOf(room));
    }
  }

  private boolean haveCaughtUp(String room) {
    List<Position> positions = positionsOf(room).stream().distinct().toList();
    return positions.size() == 1 && Optional.of(positions.getFirst()).equals(logEnds.of(room));
  }

  /** Returns where the readers are; without an entry they are at the beginning. */
  private List<Position> positionsOf(String room) {
    return clients.stream()
        .flatMap(client -> Optional.ofNullable(client.views().get(room)).stream())
        .map(view -> view.last().orElse(LogEnds.NOWHERE))
        .toList();
  }

  private List<String> allRooms() {
    return Stream.concat(
            Stream.concat(rooms.stream(), Stream.of(LOBBY)),
            clients.stream().flatMap(client -> client.views().keySet().stream()))
        .distinct()
        .toList();
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
    if (lossesNanos.isEmpty()) {
      clients.forEach(client -> problems.addAll(client.unknownUsers()));
      clients.forEach(client -> problems.addAll(client.account().refusals()));
      targets.forEach((sender, target) -> requireReceived(sender, target, histories));
    }
    AccountRecords.histories(clients, written.byLog(), lossesNanos).stream()
        .flatMap(account -> AccountChecker.check(account).stream())
        .forEach(finding -> problems.add(finding.toString()));
    return histories;
  }

  /** An acknowledged private message is in the log of its recipient, too. */
  private void requireReceived(String sender, String target, List<History> histories) {
    Set<String> received =
        of(inboxOf(target), histories).readers().stream()
            .flatMap(reader -> reader.observations().stream())
            .filter(Seen.class::isInstance)
            .map(seen -> ((Seen) seen).clientId())
            .collect(Collectors.toSet());
    of(inboxOf(sender), histories).acks().stream()
        .filter(ack -> !received.contains(ack.clientId()))
        .forEach(ack -> problems.add(target + " has not received " + ack));
  }

  private static History of(String room, List<History> histories) {
    return histories.stream().filter(each -> each.room().equals(room)).findFirst().orElseThrow();
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

  /** Returns how many read markers and lists of rooms were received so far. */
  int accountAnswers() {
    return clients.stream().mapToInt(client -> client.account().answers()).sum();
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
