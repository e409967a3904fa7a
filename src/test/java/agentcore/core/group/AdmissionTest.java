package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.message.CloseCode;
import agentcore.testkit.Together;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Connections are admitted within their limits. */
class AdmissionTest extends ManagerFixture {
  @Test
  void connectRegistersAndDisconnectLeavesNothingBehind() {
    store.memory().directory().create(ROOM);
    Memberships alice = connected("alice");
    Memberships again = connected("alice");
    assertTrue(manager.registry().all().contains(alice.connection()));
    assertEquals(2, count(GroupId.user("alice")));
    assertEquals(2, count(GroupId.all()));
    assertTrue(manager.enter(alice, ROOM, WILL, Optional.empty(), Optional.empty()).isPresent());
    assertEquals(1, GroupInternals.size(manager));
    assertEquals(3, store.subscriptions(), "of two connections and the room");
    manager.disconnect(alice);
    manager.disconnect(alice);
    assertEquals(1, count(GroupId.user("alice")));
    assertFalse(manager.registry().all().contains(alice.connection()));
    manager.disconnect(again);
    assertNothingLeft();
  }

  @Test
  void limitsTheConnectionsOfAUserUnderConcurrentConnects() {
    limits(3, 1000, 1000, 1000);
    List<Memberships> all = IntStream.range(0, 16).mapToObj(i -> connection("alice")).toList();
    List<Optional<CloseCode>> refusals = Together.run(16, i -> manager.connect(all.get(i)));
    assertEquals(3, Collections.frequency(refusals, Optional.empty()));
    assertEquals(13, Collections.frequency(refusals, Optional.of(CloseCode.TOO_MANY_CONNECTIONS)));
    assertEquals(3, manager.registry().size());
    assertEquals(3, count(GroupId.user("alice")));
    assertEquals(3, count(GroupId.all()));
    Memberships bob = connected("bob");
    all.forEach(manager::disconnect);
    manager.disconnect(bob);
    assertNothingLeft();
  }

  @Test
  void limitsTheConnectionsInTotal() {
    limits(1000, 5, 1000, 1000);
    List<Memberships> all = IntStream.range(0, 16).mapToObj(i -> connection("u" + i)).toList();
    List<Optional<CloseCode>> refusals = Together.run(16, i -> manager.connect(all.get(i)));
    assertEquals(5, Collections.frequency(refusals, Optional.empty()));
    assertEquals(11, Collections.frequency(refusals, Optional.of(CloseCode.TRY_AGAIN_LATER)));
    assertEquals(5, store.subscriptions());
    all.forEach(manager::disconnect);
    assertNothingLeft();
  }

  @Test
  void freedPlaceCanBeTaken() {
    limits(1, 1000, 1000, 1000);
    for (int i = 0; i < 10; i++) {
      Memberships alice = connected("alice");
      assertEquals(
          Optional.of(CloseCode.TOO_MANY_CONNECTIONS), manager.connect(connection("alice")));
      manager.disconnect(alice);
    }
    assertNothingLeft();
  }

  @Test
  void refusesConnectionsWithoutTheStoreAndLeavesNothingBehind() {
    doThrow(new BackendException("away")).when(store.log()).subscribe(any(), any());
    assertEquals(Optional.of(CloseCode.TRY_AGAIN_LATER), manager.connect(connection("alice")));
    assertNothingLeft();
  }

  @Test
  void undoesWhatTheStoreDidBeforeItFailed() {
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
              throw new BackendException("away, but it was done");
            })
        .when(store.presence())
        .join(eq(GroupId.user("alice")), any(), anyInt(), any());
    assertEquals(Optional.of(CloseCode.TRY_AGAIN_LATER), manager.connect(connection("alice")));
    assertNothingLeft();
  }

  @Test
  void noticeToAUserReachesAllConnectionsOfThatUser() {
    Memberships alice = connected("alice");
    store
        .backend()
        .presence()
        .broadcast(GroupId.user("alice"), Notice.everyone("{\"text\":\"psst\"}"));
    assertEquals(List.of("{\"text\":\"psst\"}"), texts(alice, 1));
    Memberships second = connected("alice");
    String except = alice.connection().channel();
    store.backend().presence().broadcast(GroupId.user("alice"), Notice.everyoneBut(except, "{}"));
    assertEquals(List.of("{}"), texts(second, 1));
    assertEquals(1, texts(alice, 1).size());
  }
}
