package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Room;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The rooms of a user when something happens in the middle of a join or leave. */
abstract class InterruptedJoinContract {
  private static final Map<String, String> SETTINGS =
      Map.of("RATE_LIMIT_MESSAGES", "0", "DEFAULT_ROOM", "");

  /** Creates the store of a test. */
  abstract SharedStore open(Config config);

  /** The room is kept before the user becomes a member, so that no member has lost it. */
  @Test
  void joinThatTheServerCouldNotFinishCanBeRepeatedAndUndone() {
    AtomicBoolean isDying = new AtomicBoolean();
    Config config = TestServer.config(SETTINGS);
    try (SharedStore store = open(config)) {
      Backend dying =
          HookedBackend.of(
              store.backend(),
              (method, arguments) -> {
                if (method.equals("join") && isDying.get()) {
                  throw new BackendException("the server dies");
                }
              });
      try (TestServer first = TestServer.start(config, dying, TestServer.chat(config));
          TestServer second = TestServer.start(config, store.backend(), TestServer.chat(config));
          Device bob = Device.of(second, "bob");
          Device phone = Device.of(first, "alice")) {
        bob.create("den");
        isDying.set(true);
        Device.assertError("BACKEND_UNAVAILABLE", phone.ask("join_room", "room", "den"));
        try (Device laptop = Device.of(second, "alice")) {
          assertEquals(List.of("den"), laptop.roomNames());
          laptop.join("den");
          assertEquals(List.of("den"), laptop.roomNames());
          laptop.leave("den");
          assertEquals(List.of(), laptop.roomNames());
        }
      }
    }
  }

  @Test
  void roomCanBeLeftOnceTheStoreIsBack() {
    AtomicBoolean isAway = new AtomicBoolean();
    Config config = TestServer.config(SETTINGS);
    try (SharedStore store = open(config)) {
      Backend backend =
          HookedBackend.of(
              store.backend(),
              (method, arguments) -> {
                if (method.equals("remove") && isAway.get()) {
                  throw new BackendException("the store is away");
                }
              });
      try (TestServer server = TestServer.start(config, backend, TestServer.chat(config));
          Device alice = Device.of(server, "alice")) {
        alice.create("den");
        isAway.set(true);
        Device.assertError("BACKEND_UNAVAILABLE", alice.ask("leave_room", "room", "den"));
        isAway.set(false);
        assertEquals(List.of("den"), alice.roomNames());
        alice.leave("den");
        assertEquals(List.of(), alice.roomNames());
      }
    }
  }

  /** The room is deleted, and created again, while alice enters it. */
  @Test
  void roomThatWasReplacedWhileItIsJoinedIsKept() {
    Config config = TestServer.config(SETTINGS);
    try (SharedStore store = open(config)) {
      Backend backend = store.backend();
      Room old = new Room("den", "old", "bob", true);
      Room young = new Room("den", "young", "bob", true);
      AtomicInteger joins = new AtomicInteger();
      Backend hooked =
          HookedBackend.of(
              backend,
              (method, arguments) -> {
                boolean isOfRoom =
                    method.equals("join") && arguments[0].toString().contains("id=old");
                if (isOfRoom && joins.getAndIncrement() == 0) {
                  assertTrue(backend.directory().remove(old));
                  backend.directory().create(young);
                }
              });
      try (TestServer server = TestServer.start(config, hooked, TestServer.chat(config));
          Device alice = Device.of(server, "alice")) {
        backend.directory().create(old);
        alice.join("den");
        assertEquals(1, joins.get());
        assertEquals(List.of("den"), alice.roomNames());
      }
    }
  }

  /** Bob is removed while he enters, so that the list tells nothing about the room. */
  @Test
  void roomThatMayNotBeEnteredAnyMoreIsNotKept() {
    Config config = TestServer.config(SETTINGS);
    try (SharedStore store = open(config)) {
      Backend backend = store.backend();
      Room room = new Room("den", "id", "alice", false);
      Backend hooked =
          HookedBackend.of(
              backend,
              (method, arguments) -> {
                if (method.equals("join") && arguments[0].toString().contains("id=id")) {
                  backend.directory().uninvite(room, "bob");
                }
              });
      try (TestServer server = TestServer.start(config, hooked, TestServer.chat(config));
          Device bob = Device.of(server, "bob")) {
        backend.directory().create(room);
        assertTrue(backend.directory().invite(room, "bob"));
        Device.assertError("ROOM_NOT_FOUND", bob.ask("join_room", "room", "den"));
        assertEquals(List.of(), bob.roomNames());
      }
    }
  }
}
