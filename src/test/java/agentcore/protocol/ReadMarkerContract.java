package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.Together;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is promised of read markers and of what is unread, on one and two servers. */
abstract class ReadMarkerContract {
  private static final int MESSAGES = 60;
  private static final int MAX_MARKERS = 2000;

  /** Creates the store of a test. */
  abstract SharedStore open(Config config);

  private TestServers start(int servers, String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("RATE_LIMIT_MESSAGES", "0");
    all.put("DEFAULT_ROOM", "");
    all.put("MAX_CONNECTIONS_PER_CLIENT", "100");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return TestServers.start(servers, all, this::open);
  }

  private static long seq(JsonObject event) {
    return event.get("seq").getAsLong();
  }

  private static List<Long> markers(Device device) {
    return device.events().stream()
        .filter(event -> event.get("type").getAsString().equals("read_marker"))
        .map(ReadMarkerContract::seq)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void devicesThatMarkAtOnceEndAtTheHighestSeq(int count) {
    try (TestServers servers = start(count);
        Device bob = Device.of(servers.get(0), "bob");
        Device watcher = Device.of(servers.get(1), "alice");
        Device phone = Device.of(servers.get(0), "alice");
        Device laptop = Device.of(servers.get(1), "alice")) {
      bob.create("den");
      phone.join("den");
      laptop.join("den");
      for (int i = 0; i < MESSAGES; i++) {
        bob.write("den", "message " + i);
      }
      servers.settle();
      List<Device> devices = List.of(phone, laptop);
      List<Long> highest =
          Together.run(
              2,
              i -> {
                Random random = new Random(i);
                long mine = 0;
                for (int n = 0; n < MESSAGES; n++) {
                  long wanted = random.nextLong(1, MESSAGES);
                  mine = Math.max(mine, wanted);
                  assertTrue(seq(devices.get(i).mark("den", wanted)) >= mine);
                }
                return mine;
              });
      servers.settle();
      long end = Math.max(highest.get(0), highest.get(1));
      JsonObject den = watcher.room("den").orElseThrow();
      assertEquals(end, den.get("read_seq").getAsLong());
      assertEquals(MESSAGES - end, den.get("unread").getAsLong());
      List<Long> seen = markers(watcher);
      assertEquals(seen.stream().sorted().distinct().toList(), seen, "each move once, in order");
      assertEquals(end, seen.getLast());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void countsAreExactWhileMessagesArriveAndAreRead(int count) {
    try (TestServers servers = start(count);
        Device bob = Device.of(servers.get(0), "bob");
        Device phone = Device.of(servers.get(1), "alice");
        Device laptop = Device.of(servers.get(0), "alice")) {
      bob.create("den");
      phone.join("den");
      AtomicBoolean isDone = new AtomicBoolean();
      List<Integer> lists =
          Together.run(
              3,
              i ->
                  switch (i) {
                    case 0 -> {
                      for (int n = 0; n < MESSAGES; n++) {
                        bob.write("den", n % 3 == 0 ? "@alice!" : "nobody@alice");
                      }
                      isDone.set(true);
                      yield 0;
                    }
                    case 1 -> {
                      while (!isDone.get()) {
                        phone.mark("den", phone.room("den").orElseThrow().get("seq").getAsLong());
                      }
                      yield 0;
                    }
                    default -> listWhileNot(isDone, laptop);
                  });
      assertTrue(lists.get(2) > 0);
      assertExact(laptop.room("den").orElseThrow());
    }
  }

  private static int listWhileNot(AtomicBoolean isDone, Device device) {
    int lists = 0;
    do {
      assertExact(device.room("den").orElseThrow());
      lists++;
    } while (!isDone.get());
    return lists;
  }

  /** Every message is by another user, and the first of three mentions the reader. */
  private static void assertExact(JsonObject row) {
    long top = seq(row);
    long read = row.has("read_seq") ? row.get("read_seq").getAsLong() : 0;
    assertEquals(top - read, row.get("unread").getAsLong(), row.toString());
    assertEquals((top + 2) / 3 - (read + 2) / 3, row.get("mentions").getAsLong(), row.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void countsWhatIsLeftOfATrimmedLog(int count) {
    try (TestServers servers = start(count, "HISTORY_SIZE", "10");
        Device bob = Device.of(servers.get(0), "bob");
        Device alice = Device.of(servers.get(1), "alice")) {
      bob.create("den");
      alice.join("den");
      bob.write("den", "1");
      servers.settle();
      alice.mark("den", 1);
      for (int i = 2; i <= 25; i++) {
        bob.write("den", "" + i);
      }
      servers.settle();
      assertEquals(10, alice.unread("den"));
      alice.mark("den", 12);
      assertEquals(10, alice.unread("den"));
      alice.mark("den", 20);
      assertEquals(5, alice.unread("den"));
      assertEquals(20, seq(alice.mark("den", 3)));
      assertEquals(25, seq(alice.mark("den", 1_000)));
      assertEquals(0, alice.unread("den"));
    }
  }

  static List<String> names() {
    return List.of(
        "Ann Lee",
        "ann@example.com",
        "@ann",
        "😀",
        "Zoë",
        "Zoe\u0308",
        "O'Brien \"Bob\"",
        "a\\b",
        "{}",
        "-",
        "..",
        "李",
        "a, b; c");
  }

  @ParameterizedTest
  @MethodSource("names")
  void anyUserCanBeMentioned(String name) {
    try (TestServers servers = start(2);
        Device bob = Device.of(servers.get(0), "bob");
        Device named = Device.of(servers.get(1), name)) {
      bob.create("den");
      named.join("den");
      bob.write("den", "@" + name);
      bob.write("den", "well, @" + name + "! How\\nare you?");
      bob.write("den", "x@" + name + " @" + name + "x");
      bob.write("den", name);
      JsonObject den = named.room("den").orElseThrow();
      assertEquals(4, den.get("unread").getAsInt());
      assertEquals(2, den.get("mentions").getAsInt(), den.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void anyUserCanBeBlockedAndMarked(String name) {
    try (TestServers servers = start(2);
        Device alice = Device.of(servers.get(0), "alice");
        Device named = Device.of(servers.get(1), name)) {
      Device.assertType("private_message_sent", named.writeTo("alice"));
      servers.settle();
      JsonObject data = new JsonObject();
      data.addProperty("target_user_id", name);
      data.addProperty("seq", 1);
      JsonObject conversation =
          alice.myRooms().getAsJsonArray("conversations").get(0).getAsJsonObject();
      assertEquals(name, conversation.get("username").getAsString());
      JsonObject marker = alice.ask("mark_read", data);
      assertEquals(name, marker.get("username").getAsString(), marker.toString());
      assertEquals(0, alice.myRooms().getAsJsonArray("conversations").size());
      assertEquals(
          name, alice.ask("block_user", "target_user_id", name).get("username").getAsString());
      Device.assertError("USER_NOT_FOUND", named.writeTo("alice"));
      Device.assertType("user_unblocked", alice.ask("unblock_user", "target_user_id", name));
      Device.assertType("private_message_sent", named.writeTo("alice"));
    }
  }

  /** Alice marks what bob and carol write to her, each up to where she read. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void conversationsAreCountedApart(int count) {
    try (TestServers servers = start(count);
        Device alice = Device.of(servers.get(0), "alice");
        Device bob = Device.of(servers.get(1), "bob");
        Device carol = Device.of(servers.get(0), "carol")) {
      List<String> unread = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        (i % 2 == 0 ? bob : carol).writeTo("alice");
      }
      alice.writeTo("bob");
      servers.settle();
      JsonObject data = new JsonObject();
      data.addProperty("target_user_id", "bob");
      data.addProperty("seq", 4);
      Device.assertType("read_marker", alice.ask("mark_read", data));
      alice
          .myRooms()
          .getAsJsonArray("conversations")
          .forEach(
              each ->
                  unread.add(
                      each.getAsJsonObject().get("username").getAsString()
                          + " "
                          + each.getAsJsonObject().get("unread").getAsInt()));
      assertEquals(List.of("bob 1", "carol 3"), unread);
    }
  }

  /** The marker of a room that was left gives way, that of the default room does not. */
  @Test
  void markersOfTheRoomsOfAUserAreKeptWhenThereAreTooMany() {
    try (TestServers servers = start(1, "DEFAULT_ROOM", "lobby");
        Device alice = Device.of(servers.get(0), "alice");
        Device bob = Device.of(servers.get(0), "bob")) {
      bob.write("lobby", "1");
      alice.create("den");
      alice.write("den", "1");
      bob.writeTo("alice");
      servers.settle();
      alice.mark("lobby", 1);
      alice.mark("den", 1);
      alice.leave("den");
      assertEquals(MAX_MARKERS - 1, markUsers(alice, MAX_MARKERS));
      assertEquals(1, alice.room("lobby").orElseThrow().get("read_seq").getAsInt());
    }
  }

  /** Marks the messages of users of whom there is none; returns how many were marked. */
  private static int markUsers(Device device, int count) {
    int marked = 0;
    for (int i = 0; i < count; i++) {
      JsonObject data = new JsonObject();
      data.addProperty("target_user_id", "user " + i);
      data.addProperty("seq", 1);
      JsonObject reply = device.ask("mark_read", data);
      if (reply.has("error_code")) {
        Device.assertError("LIMIT_EXCEEDED", reply);
      } else {
        marked++;
      }
    }
    return marked;
  }
}
