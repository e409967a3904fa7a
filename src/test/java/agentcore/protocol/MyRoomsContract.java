package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.Room;
import agentcore.testkit.Await;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.Together;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is promised of the rooms that follow their user, on one and two servers. */
abstract class MyRoomsContract {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "RATE_LIMIT_MESSAGES", "0",
          "DEFAULT_ROOM", "",
          "MAX_ROOMS_PER_USER", "1000",
          "MAX_CONNECTIONS_PER_CLIENT", "100");

  private static final int ROUNDS = 30;

  /** Creates the store of a test. */
  abstract SharedStore open(Config config);

  private TestServers start(int servers, String... settings) {
    Map<String, String> all = new HashMap<>(SETTINGS);
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return TestServers.start(servers, all, this::open);
  }

  private static boolean hasLast(Device watcher, String type, boolean before) {
    return watcher.events().stream()
        .map(event -> event.get("type").getAsString())
        .filter(each -> each.startsWith("my_room_"))
        .reduce((first, second) -> second)
        .map(type::equals)
        .orElse(before);
  }

  /** The requests are handled in one order or the other, and the notices say in which. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void joinAndLeaveAtOnceEndAsTheLastNoticeSays(int count) {
    try (TestServers servers = start(count);
        Device bob = Device.of(servers.get(0), "bob");
        Device phone = Device.of(servers.get(0), "alice");
        Device laptop = Device.of(servers.get(1), "alice");
        Device watcher = Device.of(servers.get(0), "alice")) {
      bob.create("den");
      boolean isIn = false;
      for (int round = 0; round < ROUNDS; round++) {
        Device joiner = round % 2 == 0 ? phone : laptop;
        Device leaver = round % 2 == 0 ? laptop : phone;
        leaver.join("den");
        Together.run(
            2,
            i -> {
              if (i == 0) {
                joiner.join("den");
              } else {
                leaver.leave("den");
              }
              return i;
            });
        servers.settle();
        List<String> rooms = watcher.roomNames();
        isIn = hasLast(watcher, "my_room_joined", isIn);
        assertEquals(isIn ? List.of("den") : List.of(), rooms, "round " + round);
        joiner.leave("den");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void eachReplyHoldsWhenADeviceJoinsAndAnotherLeavesInTurn(int count) {
    try (TestServers servers = start(count);
        Device phone = Device.of(servers.get(0), "alice");
        Device laptop = Device.of(servers.get(1), "alice")) {
      phone.create("den");
      laptop.join("den");
      laptop.leave("den");
      assertEquals(List.of(), phone.roomNames());
      phone.join("den"); // where it still is
      assertEquals(List.of("den"), laptop.roomNames());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void newDeviceEntersHundredRoomsWithOneRequest(int count) {
    List<String> names = IntStream.range(0, 100).mapToObj("room %02d"::formatted).toList();
    try (TestServers servers = start(count);
        Device phone = Device.of(servers.get(0), "alice");
        Device laptop = Device.of(servers.get(1), "alice")) {
      names.forEach(phone::create);
      assertEquals(names, laptop.roomNames());
      JsonArray rooms = new JsonArray();
      names.forEach(name -> rooms.add(named(name)));
      JsonObject data = new JsonObject();
      data.add("rooms", rooms);
      JsonObject reply = laptop.ask("join_rooms", data);
      for (String name : names) {
        Device.assertType("room_joined", reply);
        assertEquals(name, reply.get("room").getAsString());
        JsonObject info = laptop.client().nextJson("room_info");
        assertEquals(2, info.get("user_count").getAsInt());
        reply = laptop.client().nextJson();
      }
      Device.assertType("rooms_joined", reply);
      assertEquals(100, reply.getAsJsonArray("rooms").size());
      assertEquals(0, reply.getAsJsonArray("failed").size());
    }
  }

  private static JsonObject named(String room) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    return data;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void limitOfRoomsEndsWhenARoomIsLeft(int count) {
    try (TestServers servers = start(count, "MAX_ROOMS_JOINED", "3");
        Device bob = Device.of(servers.get(0), "bob");
        Device alice = Device.of(servers.get(0), "alice");
        Device laptop = Device.of(servers.get(1), "alice")) {
      List.of("a", "b", "c").forEach(bob::create);
      List.of("a", "b", "c").forEach(alice::join);
      JsonObject tooMany = laptop.ask("create_room", "room_name", "mine");
      Device.assertError("LIMIT_EXCEEDED", tooMany);
      bob.leave("a");
      bob.create("mine"); // the refused request has left nothing
      Device.assertError("LIMIT_EXCEEDED", laptop.ask("join_room", "room", "mine"));
      laptop.join("c"); // one of the three
      assertEquals(List.of("a", "b", "c"), laptop.roomNames());
      alice.leave("b");
      laptop.join("mine");
      assertEquals(List.of("a", "c", "mine"), alice.roomNames());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void roomsThatWereDeletedDoNotCount(int count) {
    try (TestServers servers = start(count, "MAX_ROOMS_JOINED", "3");
        Device bob = Device.of(servers.get(0), "bob")) {
      try (Device alice = Device.of(servers.get(1), "alice")) {
        List.of("a", "b", "c").forEach(alice::create);
      }
      bob.create("d");
      delete(servers, "a");
      delete(servers, "b");
      try (Device alice = Device.of(servers.get(0), "alice")) {
        assertEquals(List.of("c"), alice.roomNames());
        alice.join("d");
        alice.create("e");
        assertEquals(List.of("c", "d", "e"), alice.roomNames());
        Device.assertError("LIMIT_EXCEEDED", alice.ask("create_room", "room_name", "f"));
      }
    }
  }

  /** Deletes a room as soon as its last member has left. */
  private static void delete(TestServers servers, String name) {
    Backend backend = servers.get(0).core().backend();
    Room room = backend.directory().find(name).orElseThrow();
    Await.until(name + " to be deleted", () -> backend.directory().remove(room));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void roomOfTheSameNameIsAnother(int count) {
    try (TestServers servers = start(count);
        Device bob = Device.of(servers.get(0), "bob");
        Device laptop = Device.of(servers.get(1), "alice")) {
      try (Device phone = Device.of(servers.get(1), "alice")) {
        phone.create("den");
        phone.write("den", "1");
        phone.mark("den", 1);
      }
      delete(servers, "den");
      bob.create("den");
      bob.write("den", "one");
      assertEquals(List.of(), laptop.roomNames());
      laptop.join("den");
      JsonObject den = laptop.room("den").orElseThrow();
      assertEquals(1, den.get("unread").getAsInt());
      assertTrue(!den.has("read_seq"), den.toString());
    }
  }
}
