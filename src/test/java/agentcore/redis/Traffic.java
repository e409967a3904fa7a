package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Users in rooms on several servers who send messages at a given rate and record what they receive.
 *
 * <p>In the end all members of a room must have received the same, without gaps or duplicates, and
 * everything that was acknowledged. A user records positions ({@code epoch seq message_id}); each
 * text is kept once for all users.
 */
final class Traffic implements AutoCloseable {
  /** Settings for servers under load. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "RATE_LIMIT_MESSAGES", "0",
          "DEFAULT_ROOM", "",
          "WS_HEARTBEAT_INTERVAL", "300",
          "WS_HEARTBEAT_TIMEOUT", "600",
          "SEND_QUEUE_BYTES", "8388608");

  private static final Duration LONG = Duration.ofMinutes(10);

  private final Map<String, String> places = new ConcurrentHashMap<>();
  private final Map<Integer, Set<String>> acknowledged = new ConcurrentHashMap<>();
  private final List<Talker> talkers = new ArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final int rooms;
  private int sent;

  /**
   * Connects all users and lets them join; each room has members on all servers.
   *
   * @param perServer connections on each of the servers
   */
  Traffic(List<Integer> ports, int perServer, int rooms) {
    this.rooms = rooms;
    IntStream.range(0, rooms).forEach(r -> acknowledged.put(r, ConcurrentHashMap.newKeySet()));
    for (int i = 0; i < perServer; i++) {
      for (int port : ports) {
        talkers.add(new Talker(port, talkers.size(), i % rooms));
      }
    }
    for (Talker talker : talkers) {
      talker.enter();
    }
  }

  /** Sends messages at a rate, all users in turn, without waiting for replies. */
  void talk(Duration time, int perSecond) {
    long startNanos = System.nanoTime();
    long count = time.toMillis() * perSecond / 1_000;
    for (long n = 0; n < count; n++) {
      long dueNanos = startNanos + n * 1_000_000_000L / perSecond;
      while (System.nanoTime() < dueNanos) {
        LockSupport.parkNanos(dueNanos - System.nanoTime());
      }
      talkers.get((int) (n % talkers.size())).say(n);
      sent++;
    }
  }

  /**
   * Waits until everything is answered and delivered, for as long as the servers get on with it;
   * then compares what users received.
   */
  void verify() {
    await(
        "answers: " + sent + " sent",
        () -> answered() == sent || talkers.stream().anyMatch(t -> t.ended));
    for (int room = 0; room < rooms; room++) {
      verify(room);
    }
  }

  private void await(String what, BooleanSupplier condition) {
    Await.untilOrStill(what, () -> answered() + delivered(), condition);
  }

  private void verify(int room) {
    List<Talker> members = talkers.stream().filter(t -> t.room == room).toList();
    Set<String> stored = acknowledged.get(room);
    for (Talker member : members) {
      await(member + " to hear all of room " + room, () -> member.ended || member.heardAll(stored));
    }
    // If one user received an unacknowledged message, the others must too.
    await(
        "the members of room " + room + " to be even",
        () ->
            members.stream().map(Talker::count).distinct().count() == 1
                || members.stream().anyMatch(t -> t.ended));
    List<String> expected = members.getFirst().heard();
    for (Talker member : members) {
      assertTrue(!member.ended, member + " was closed: " + member.closeCode);
      assertEquals(0, member.resets.get(), member + " received room_reset");
      List<String> heard = member.heard();
      for (int i = 0; i < Math.min(expected.size(), heard.size()); i++) {
        assertEquals(expected.get(i), heard.get(i), member + " at " + i);
      }
      assertEquals(expected.size(), heard.size(), member::toString);
    }
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(i + 1L, Long.parseLong(expected.get(i).split(" ")[1]), expected.get(i));
    }
    assertEquals(expected.size(), members.getFirst().ids().size(), "a message came twice");
  }

  private int answered() {
    return acknowledged.values().stream().mapToInt(Set::size).sum() + refused.get();
  }

  int sent() {
    return sent;
  }

  /** Returns how many messages were answered with BACKEND_UNAVAILABLE. */
  int refused() {
    return refused.get();
  }

  /** Returns how many messages all users received together. */
  long delivered() {
    return talkers.stream().mapToLong(Talker::count).sum();
  }

  @Override
  public void close() {
    talkers.forEach(talker -> talker.client.close());
  }

  private final class Talker {
    private final int number;
    private final int room;
    private final RawClient client;
    private final List<String> heard = new ArrayList<>();
    private final AtomicInteger resets = new AtomicInteger();
    private volatile boolean ended;
    private volatile int closeCode = 1006;

    Talker(int port, int number, int room) {
      this.number = number;
      this.room = room;
      this.client = RawClient.connect(port, RawClient.path("talker-" + number));
      client.answerPings(false);
    }

    private String roomName() {
      return "room-" + room;
    }

    void enter() {
      String unused = client.nextJson("welcome").toString();
      client.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"" + roomName() + "\"}}");
      String made = client.nextJson().get("type").getAsString();
      if (made.equals("error")) {
        client.send("{\"type\":\"join_room\",\"data\":{\"room\":\"" + roomName() + "\"}}");
      }
      unused = client.nextJson("room_info").toString();
      Thread.ofVirtual().name("talker-" + number).start(this::listen);
    }

    void say(long n) {
      client.send(
          "{\"type\":\"chat_message\",\"id\":\""
              + number
              + '-'
              + n
              + "\",\"data\":{\"room\":\""
              + roomName()
              + "\",\"text\":\"message "
              + n
              + "\"}}");
    }

    private void listen() {
      try {
        Optional<RawFrame> frame = client.nextFrame(LONG);
        while (frame.isPresent()) {
          if (frame.get().opcode() == RawFrame.TEXT) {
            hear(frame.get().text());
          } else if (frame.get().opcode() == RawFrame.CLOSE) {
            closeCode = frame.get().closeCode();
          }
          frame = client.nextFrame(LONG);
        }
      } catch (UncheckedIOException closed) {
        // the connection was closed
      } finally {
        ended = true;
      }
    }

    /** Parses the few fields by hand, since this is most of the test's work. */
    private void hear(String text) {
      if (text.startsWith("{\"type\":\"chat_message\"")) {
        String place =
            field(text, "epoch") + ' ' + field(text, "seq") + ' ' + field(text, "message_id");
        String known = places.putIfAbsent(place, place);
        synchronized (heard) {
          heard.add(known == null ? place : known);
        }
      } else if (text.startsWith("{\"type\":\"ack\"")) {
        acknowledged.get(room).add(field(text, "message_id"));
      } else if (text.startsWith("{\"type\":\"room_reset\"")) {
        resets.incrementAndGet();
      } else if (text.contains("\"BACKEND_UNAVAILABLE\"")) {
        refused.incrementAndGet();
      }
    }

    private static String field(String text, String name) {
      int at = text.indexOf("\"" + name + "\":") + name.length() + 3;
      int end = at;
      while (text.charAt(end) != ',' && text.charAt(end) != '}') {
        end++;
      }
      return text.substring(at, end);
    }

    List<String> heard() {
      synchronized (heard) {
        return List.copyOf(heard);
      }
    }

    int count() {
      synchronized (heard) {
        return heard.size();
      }
    }

    /** Counts first, since the texts of all messages take long to compare. */
    boolean heardAll(Set<String> stored) {
      return count() >= stored.size() && ids().containsAll(stored);
    }

    Set<String> ids() {
      Set<String> ids = new java.util.HashSet<>();
      heard().forEach(place -> ids.add(place.substring(place.lastIndexOf(' ') + 1)));
      return ids;
    }

    @Override
    public String toString() {
      return "talker-" + number;
    }
  }
}
