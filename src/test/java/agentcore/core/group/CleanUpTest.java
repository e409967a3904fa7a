package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doAnswer;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Room;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.message.CloseCode;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.RecordingSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step of a clean-up runs, whatever the others throw. */
class CleanUpTest {
  private static final Room ROOM = new Room("r", "id", "alice", true);
  private static final Room OTHER = new Room("s", "id2", "alice", true);

  private final MemoryBackend memory = new MemoryBackend(Config.defaults().backendLimits());

  /** What a method of the store throws, by the names of the method and the group. */
  private final Map<String, Throwable> failing = new ConcurrentHashMap<>();

  private final Backend backend =
      HookedBackend.of(
          memory,
          (method, arguments) -> {
            if (arguments != null && arguments[0] instanceof GroupId group) {
              Throwable failure = failing.get(method + " " + group.kind() + group.id());
              if (failure != null) {
                throw raised(failure);
              }
            }
          });

  private final ConnectionManager manager = Connections.manager(backend, Connections.LIMITS);

  private static RuntimeException raised(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  private void fail(String method, GroupId group, Throwable failure) {
    failing.put(method + " " + group.kind() + group.id(), failure);
  }

  private static Stream<Throwable> failures() {
    return Stream.of(
        new BackendException("away"),
        new IllegalStateException("a third party's"),
        new StackOverflowError("a third party's"),
        new NoClassDefFoundError("a third party's"));
  }

  private static Stream<Arguments> methodsAndFailures() {
    return Stream.of("subscribe USER", "join USER", "join ALL", "unsubscribe USER", "leave USER")
        .flatMap(method -> failures().map(failure -> Arguments.of(method, failure)));
  }

  private static Memberships memberships(
      ConnectionManager manager, String user, RecordingSocket wire) {
    return manager.memberships(manager.registry().create(user, wire), Map::of);
  }

  private Memberships connected(String user) {
    Memberships connection = memberships(manager, user, new RecordingSocket());
    assertEquals(Optional.empty(), manager.connect(connection));
    return connection;
  }

  private void enter(Memberships connection, Room room, String will) {
    memory.directory().create(room);
    assertTrue(
        manager.enter(connection, room, will, Optional.empty(), Optional.empty()).isPresent());
  }

  private int count(GroupId group) {
    return memory.presence().counts(List.of(group)).getFirst();
  }

  private void assertNothingIsLeftHere(Memberships connection) {
    assertEquals(0, GroupInternals.size(manager));
    assertEquals(0, manager.registry().size());
    assertEquals(Set.of(), connection.roomNames());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failureToLeaveARoomDoesNotKeepOtherGroupsFromBeingLeft(Throwable failure) {
    Memberships alice = connected("alice");
    enter(alice, ROOM, "{}");
    enter(alice, OTHER, "{}");
    fail("leave", GroupId.room(ROOM), failure);
    manager.disconnect(alice);
    assertNothingIsLeftHere(alice);
    assertEquals(1, count(GroupId.room(ROOM)), "the membership that the store did not end");
    assertEquals(0, count(GroupId.room(OTHER)));
    assertEquals(0, count(GroupId.user("alice")));
    assertEquals(0, count(GroupId.all()));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void allStepsRunEvenIfEveryOneFails(Throwable failure) {
    Memberships alice = connected("alice");
    enter(alice, ROOM, "{}");
    enter(alice, OTHER, "{}");
    for (String method : List.of("leave", "unsubscribe")) {
      fail(method, GroupId.room(ROOM), failure);
      fail(method, GroupId.room(OTHER), failure);
      fail(method, GroupId.user("alice"), failure);
    }
    manager.disconnect(alice);
    assertNothingIsLeftHere(alice);
    assertEquals(0, count(GroupId.all()));
  }

  @Test
  void willThatCannotBeWrittenDoesNotPreventLeaving() {
    Memberships alice = connected("alice");
    enter(alice, ROOM, ""); // no object
    manager.disconnect(alice);
    assertNothingIsLeftHere(alice);
    assertEquals(0, count(GroupId.room(ROOM)));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void leaveSucceedsHereEvenIfTheStoreFails(Throwable failure) {
    Memberships alice = connected("alice");
    enter(alice, ROOM, "{}");
    GroupMembership membership = alice.find("r").orElseThrow();
    fail("leave", GroupId.room(ROOM), failure);
    assertTrue(manager.leave(membership, Optional.empty()));
    assertEquals(Set.of(), alice.roomNames());
    assertEquals(0, GroupInternals.size(manager));
    manager.disconnect(alice);
    assertNothingIsLeftHere(alice);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failedEnterLeavesNothingBehindAndCanBeRepeated(Throwable failure) {
    for (String method : List.of("subscribe", "open", "join")) {
      Memberships alice = connected("alice");
      memory.directory().create(ROOM);
      fail(method, GroupId.room(ROOM), failure);
      fail("unsubscribe", GroupId.room(ROOM), new IllegalStateException("this, too"));
      assertThrows(
          failure.getClass(),
          () -> manager.enter(alice, ROOM, "{}", Optional.empty(), Optional.empty()));
      assertEquals(0, GroupInternals.size(manager), method);
      assertEquals(0, count(GroupId.room(ROOM)), method);
      failing.clear();
      enter(alice, ROOM, "{}");
      manager.disconnect(alice);
      assertNothingIsLeftHere(alice);
    }
  }

  /** The store made it a member and announced that; then it failed. */
  @Test
  void joinThatFailsAfterItTookEffectIsUndone() {
    LossyStore store = new LossyStore(100);
    store.memory().directory().create(ROOM);
    ConnectionManager lossy = Connections.manager(store.backend(), Connections.LIMITS);
    RecordingSocket bobsWire = new RecordingSocket();
    Memberships bob = memberships(lossy, "bob", bobsWire);
    Memberships alice = memberships(lossy, "alice", new RecordingSocket());
    for (Memberships each : List.of(bob, alice)) {
      assertEquals(Optional.empty(), lossy.connect(each));
    }
    lossy.enter(bob, ROOM, "{}", Optional.empty(), Optional.empty());
    bob.connection().done();
    doAnswer(
            call -> {
              store
                  .memory()
                  .presence()
                  .join(
                      call.getArgument(0),
                      call.getArgument(1),
                      call.getArgument(2),
                      call.getArgument(3));
              throw new IllegalStateException("after it was made");
            })
        .when(store.presence())
        .join(any(), any(), anyInt(), any());
    Notice came = Notice.presence(alice.connection().channel(), "{\"type\":\"came\"}");
    assertThrows(
        IllegalStateException.class,
        () -> lossy.enter(alice, ROOM, "{\"type\":\"went\"}", Optional.of(came), Optional.empty()));
    assertEquals(List.of(1), store.memory().presence().counts(List.of(GroupId.room(ROOM))));
    Await.until("both announcements", () -> bobsWire.texts().size() == 2);
    assertTrue(bobsWire.texts().get(0).contains("came"));
    assertTrue(bobsWire.texts().get(1).contains("went"));
  }

  @ParameterizedTest
  @MethodSource("methodsAndFailures")
  void failedConnectLeavesNothingBehind(String method, Throwable failure) {
    String id = method.endsWith("USER") ? "alice" : "";
    failing.put(method + id, failure);
    failing.put("unsubscribe USERalice", new IllegalStateException("this, too"));
    Memberships alice = memberships(manager, "alice", new RecordingSocket());
    Supplier<Optional<CloseCode>> connect = () -> manager.connect(alice);
    if (method.startsWith("subscribe") || method.startsWith("join")) {
      if (failure instanceof BackendException) {
        assertEquals(Optional.of(CloseCode.TRY_AGAIN_LATER), connect.get());
      } else {
        assertThrows(failure.getClass(), connect::get);
      }
    } else {
      assertEquals(Optional.empty(), connect.get());
      manager.disconnect(alice);
    }
    Await.until("the group to be closed", () -> GroupInternals.size(manager) == 0);
    assertNothingIsLeftHere(alice);
    Await.until("the place to be free", () -> count(GroupId.all()) == 0);
    failing.clear();
    Memberships again = connected("alice");
    manager.disconnect(again);
    assertNothingIsLeftHere(again);
  }
}
