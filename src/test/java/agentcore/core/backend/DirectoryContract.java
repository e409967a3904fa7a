package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.core.backend.Directory.CreateResult;
import agentcore.core.backend.Presence.JoinResult.Outcome;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The contract of {@link Directory}: rooms by name, invitations and removal. */
interface DirectoryContract extends Store {
  private static Room of(String name, String id) {
    return new Room(name, id, "alice", true);
  }

  private static Outcome join(Backend backend, Room room, String channel) {
    Member member = new Member(channel, channel.substring(0, channel.indexOf('/')), "");
    return backend
        .presence()
        .join(GroupId.room(room), member, Integer.MAX_VALUE, Optional.empty())
        .outcome();
  }

  @Test
  default void findsARoomByNameOnEveryServer() {
    Backend backend = open();
    Room open = new Room("Täst: {room} €😀 \"x\"", "1", "älice", true);
    Room secret = new Room("täst: {room} €😀 \"x\"", "2", "", false);
    assertEquals(Optional.empty(), backend.directory().find(open.name()));
    assertEquals(CreateResult.CREATED, backend.directory().create(open));
    assertEquals(CreateResult.CREATED, another().directory().create(secret));
    assertEquals(Optional.of(open), another().directory().find(open.name()));
    assertEquals(Optional.of(secret), backend.directory().find(secret.name()));
    assertEquals(Set.of(open, secret), new HashSet<>(another().directory().list()));
    assertEquals(2, backend.directory().list().size());
  }

  @Test
  default void refusesASecondRoomWithTheSameName() {
    Backend backend = open();
    Room first = of("r", "1");
    assertEquals(CreateResult.CREATED, backend.directory().create(first));
    assertEquals(CreateResult.EXISTS, another().directory().create(of("r", "2")));
    assertEquals(CreateResult.EXISTS, backend.directory().create(first));
    assertEquals(List.of(first), backend.directory().list());
  }

  @Test
  default void concurrentCreationsOfOneNameSucceedOnce() {
    Backend backend = open();
    Backend another = another();
    List<CreateResult> created =
        Together.run(
            16, i -> (i % 2 == 0 ? backend : another).directory().create(of("r", "id" + i)));
    assertEquals(1, Collections.frequency(created, CreateResult.CREATED));
    assertEquals(15, Collections.frequency(created, CreateResult.EXISTS));
    int winner = created.indexOf(CreateResult.CREATED);
    assertEquals(Optional.of(of("r", "id" + winner)), another.directory().find("r"));
    assertEquals(Outcome.JOINED, join(backend, of("r", "id" + winner), "a/1"));
    assertEquals(Outcome.GONE, join(backend, of("r", "id" + (15 - winner)), "a/1"));
  }

  @Test
  default void limitOfRoomsHoldsForConcurrentCreations() {
    Backend backend =
        open(Store.limits(Setting.MAX_ROOMS, 5, Setting.MAX_INVITATIONS_PER_ROOM, 10));
    Backend another = another();
    List<CreateResult> created =
        Together.run(
            20, i -> (i % 2 == 0 ? backend : another).directory().create(of("r" + i, "id" + i)));
    assertEquals(5, Collections.frequency(created, CreateResult.CREATED));
    assertEquals(15, Collections.frequency(created, CreateResult.FULL));
    assertEquals(5, another.directory().list().size());
    assertEquals(
        CreateResult.EXISTS, backend.directory().create(another.directory().list().getFirst()));
    assertTrue(backend.directory().remove(backend.directory().list().getFirst()));
    assertEquals(CreateResult.CREATED, backend.directory().create(of("one more", "x")));
  }

  @Test
  default void limitOfAUsersRoomsHoldsForConcurrentCreationsAndARemovalFreesAPlace() {
    Backend backend = open(Store.limits(Setting.MAX_ROOMS_PER_USER, 5));
    Backend another = another();
    List<CreateResult> created =
        Together.run(
            20, i -> (i % 2 == 0 ? backend : another).directory().create(of("r" + i, "id" + i)));
    assertEquals(5, Collections.frequency(created, CreateResult.CREATED));
    assertEquals(15, Collections.frequency(created, CreateResult.TOO_MANY));
    assertEquals(
        CreateResult.CREATED,
        backend.directory().create(new Room("theirs", "x", "somebody else", true)));
    Room mine =
        backend.directory().list().stream()
            .filter(room -> !room.id().equals("x"))
            .findFirst()
            .orElseThrow();
    assertEquals(CreateResult.EXISTS, backend.directory().create(mine));
    assertTrue(another.directory().remove(mine));
    assertTrue(another.directory().remove(mine), "once more, which counts for nothing");
    assertEquals(CreateResult.CREATED, backend.directory().create(of("one more", "y")));
    assertEquals(CreateResult.TOO_MANY, backend.directory().create(of("and one more", "z")));
  }

  @Test
  default void limitsDoNotApplyToRoomsOfTheServer() {
    Backend backend =
        open(Store.limits(Setting.MAX_ROOMS, 1, Setting.MAX_INVITATIONS_PER_ROOM, 10));
    assertEquals(CreateResult.CREATED, backend.directory().create(of("r", "1")));
    assertEquals(CreateResult.FULL, backend.directory().create(of("s", "2")));
    assertEquals(
        CreateResult.CREATED, backend.directory().create(new Room("lobby", "default", "", true)));
  }

  @Test
  default void removesOnlyARoomWithoutMembers() {
    Backend backend = open();
    Room room = of("r", "1");
    backend.directory().create(room);
    join(another(), room, "a/1");
    assertFalse(backend.directory().remove(room));
    assertEquals(Optional.of(room), backend.directory().find("r"));
    backend.presence().leave(GroupId.room(room), new Member("a/1", "a", ""), Optional.empty());
    assertTrue(another().directory().remove(room));
    assertEquals(Optional.empty(), backend.directory().find("r"));
    assertEquals(List.of(), another().directory().list());
    assertEquals(Outcome.GONE, join(backend, room, "a/1"));
  }

  @Test
  default void removingAGoneRoomLeavesItsSuccessorAlone() {
    Backend backend = open();
    Room first = of("r", "1");
    Room second = of("r", "2");
    backend.directory().create(first);
    backend.directory().remove(first);
    backend.directory().create(second);
    backend.directory().invite(second, "bob");
    backend.directory().remove(first);
    assertEquals(Optional.of(second), backend.directory().find("r"));
    assertTrue(backend.directory().isInvited(second, "bob"));
    assertEquals(Outcome.JOINED, join(backend, second, "a/1"));
  }

  @Test
  default void concurrentJoinAndRemovalLeaveNoMemberInAGoneRoom() {
    Backend backend = open();
    Backend another = another();
    for (int round = 0; round < 20; round++) {
      Room room = of("r", "id" + round);
      backend.directory().create(room);
      List<Boolean> done =
          Together.run(
              2,
              i ->
                  i == 0
                      ? another.directory().remove(room)
                      : join(backend, room, "a/1") == Outcome.JOINED);
      assertNotEquals(done.get(0), done.get(1), "either it is gone or somebody is in it");
      assertEquals(done.get(1), backend.directory().find("r").isPresent());
      backend.presence().leave(GroupId.room(room), new Member("a/1", "a", ""), Optional.empty());
      backend.directory().remove(room);
    }
  }

  @Test
  default void findsThoseOfSeveralRoomsThatExist() {
    Backend backend = open();
    Room first = of("r", "1");
    Room second = of("ä 😀", "2");
    backend.directory().create(first);
    backend.directory().create(second);
    backend.directory().create(of("other", "3"));
    List<String> names = List.of("ä 😀", "missing", "r");
    assertEquals(Set.of(first, second), Set.copyOf(another().directory().findAll(names)));
    assertEquals(List.of(), backend.directory().findAll(List.of("missing")));
    assertEquals(List.of(), backend.directory().findAll(List.of()));
  }

  @Test
  default void invitationHoldsForOneUserAndOneRoomUntilItIsWithdrawn() {
    Backend backend = open();
    Room room = of("r", "1");
    Room other = of("s", "2");
    backend.directory().create(room);
    backend.directory().create(other);
    assertFalse(backend.directory().isInvited(room, "bob"));
    assertTrue(backend.directory().invite(room, "bob:{€}"));
    assertTrue(backend.directory().invite(room, "bob:{€}"));
    assertTrue(another().directory().isInvited(room, "bob:{€}"));
    assertFalse(backend.directory().isInvited(room, "bob"));
    assertFalse(backend.directory().isInvited(other, "bob:{€}"));
    List<Room> both = List.of(other, room);
    assertEquals(List.of(room), another().directory().invitations(both, "bob:{€}"));
    assertEquals(List.of(), backend.directory().invitations(both, "bob"));
    assertEquals(List.of(), backend.directory().invitations(List.of(), "bob:{€}"));
    another().directory().uninvite(room, "bob:{€}");
    another().directory().uninvite(room, "bob:{€}");
    assertFalse(backend.directory().isInvited(room, "bob:{€}"));
  }

  @Test
  default void limitOfInvitationsHolds() {
    Backend backend =
        open(Store.limits(Setting.MAX_ROOMS, 10, Setting.MAX_INVITATIONS_PER_ROOM, 3));
    Backend another = another();
    Room room = of("r", "1");
    Room other = of("s", "2");
    backend.directory().create(room);
    backend.directory().create(other);
    List<Boolean> invited =
        Together.run(12, i -> (i % 2 == 0 ? backend : another).directory().invite(room, "u" + i));
    assertEquals(3, Collections.frequency(invited, true));
    for (int i = 0; i < 12; i++) {
      assertEquals(invited.get(i), another.directory().isInvited(room, "u" + i));
    }
    int first = invited.indexOf(true);
    assertTrue(backend.directory().invite(room, "u" + first), "invited already");
    assertTrue(backend.directory().invite(other, "u0"), "each room has its own");
    backend.directory().uninvite(room, "u" + first);
    assertTrue(backend.directory().invite(room, "one more"));
    assertFalse(backend.directory().invite(room, "too many"));
  }

  @Test
  default void roomCreatedAgainUnderAnOldNameIsAnotherRoom() {
    Backend backend = open();
    Room old = of("r", "1");
    GroupId oldGroup = GroupId.room(old);
    backend.directory().create(old);
    Position before = backend.log().open(oldGroup, Position.UNKNOWN);
    Position last =
        backend.log().publish(oldGroup, before, new Draft("m", "old"), Optional.empty()).position();
    backend.directory().invite(old, "bob");
    assertTrue(backend.directory().remove(old));
    Room again = of("r", "2");
    GroupId group = GroupId.room(again);
    assertEquals(CreateResult.CREATED, another().directory().create(again));
    assertFalse(backend.directory().isInvited(again, "bob"));
    assertFalse(backend.directory().isInvited(old, "bob"));
    assertEquals(List.of(), backend.presence().members(group, 10));
    Position top = backend.log().open(group, Position.UNKNOWN);
    assertNotEquals(last.epoch(), top.epoch());
    assertEquals(List.of(), backend.log().history(group, Long.MAX_VALUE, 10, 1000).entries());
    assertEquals(LogPage.Status.EPOCH, backend.log().read(group, last, 10, 1000).status());
    assertEquals(List.of(), backend.log().history(oldGroup, Long.MAX_VALUE, 10, 1000).entries());
  }

  @Test
  default void removesAnIdleRoomWithEverythingThatBelongsToIt() {
    Backend backend = open(Store.limits(Setting.HISTORY_TTL, SHORT, Setting.ROOM_IDLE_TTL, SHORT));
    Room idle = of("idle", "1");
    backend.directory().create(idle);
    join(backend, idle, "a/1");
    backend.directory().invite(idle, "bob");
    pass(SHORT.multipliedBy(2));
    assertTrue(backend.directory().find("idle").isPresent(), "somebody is in it");
    backend.presence().leave(GroupId.room(idle), new Member("a/1", "a", ""), Optional.empty());
    assertTrue(backend.directory().find("idle").isPresent(), "not empty for long");
    pass(SHORT.multipliedBy(2));
    Await.until("idle to be gone", () -> backend.directory().find("idle").isEmpty());
    assertEquals(List.of(), another().directory().list());
    assertEquals(Outcome.GONE, join(backend, idle, "a/1"));
    assertFalse(backend.directory().isInvited(idle, "bob"));
  }

  @Test
  default void removesAnIdleRoomThatNeverHadAMember() {
    Backend backend = open(Store.limits(Setting.HISTORY_TTL, SHORT, Setting.ROOM_IDLE_TTL, SHORT));
    backend.directory().create(of("never entered", "1"));
    pass(SHORT.multipliedBy(2));
    Await.until("the room to be gone", () -> backend.directory().list().isEmpty());
  }

  @Test
  default void keepsRoomsOfTheServerAndRoomsWithMembers() {
    Backend backend = open(Store.limits(Setting.HISTORY_TTL, SHORT, Setting.ROOM_IDLE_TTL, SHORT));
    Room lobby = new Room("lobby", "default", "", true);
    Room used = of("used", "1");
    Room idle = of("idle", "2");
    List.of(lobby, used, idle).forEach(backend.directory()::create);
    join(another(), used, "a/1");
    pass(SHORT.multipliedBy(2));
    Await.until("idle to be gone", () -> backend.directory().find("idle").isEmpty());
    assertEquals(Set.of(lobby, used), new HashSet<>(backend.directory().list()));
    assertEquals(Outcome.JOINED, join(backend, lobby, "a/1"));
    assertEquals(Outcome.ALREADY, join(backend, used, "a/1"));
  }
}
