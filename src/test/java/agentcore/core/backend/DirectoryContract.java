package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Directory.Created;
import agentcore.core.backend.Presence.Joined.Outcome;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link Directory} must do: rooms by name, invitations, and how rooms end. */
interface DirectoryContract extends Store {
  private static Room of(String name, String id) {
    return new Room(name, id, "alice", true);
  }

  private static Outcome join(Backend backend, Room room, String channel) {
    Member member = new Member(channel, channel.substring(0, channel.indexOf('/')), "");
    return backend.join(GroupId.room(room), member, Integer.MAX_VALUE, Optional.empty()).outcome();
  }

  @Test
  default void aRoomIsFoundByItsNameOnEveryServer() {
    Backend backend = open();
    Room open = new Room("Täst: {room} €😀 \"x\"", "1", "älice", true);
    Room secret = new Room("täst: {room} €😀 \"x\"", "2", "", false);
    assertEquals(Optional.empty(), backend.find(open.name()));
    assertEquals(Created.CREATED, backend.create(open));
    assertEquals(Created.CREATED, another().create(secret));
    assertEquals(Optional.of(open), another().find(open.name()));
    assertEquals(Optional.of(secret), backend.find(secret.name()));
    assertEquals(Set.of(open, secret), new HashSet<>(another().list()));
    assertEquals(2, backend.list().size());
  }

  @Test
  default void aNameIsTakenOnlyOnce() {
    Backend backend = open();
    Room first = of("r", "1");
    assertEquals(Created.CREATED, backend.create(first));
    assertEquals(Created.EXISTS, another().create(of("r", "2")));
    assertEquals(Created.EXISTS, backend.create(first));
    assertEquals(List.of(first), backend.list());
  }

  @Test
  default void ofManyCreationsOfOneNameExactlyOneSucceeds() {
    Backend backend = open();
    Backend another = another();
    List<Created> created =
        Together.run(16, i -> (i % 2 == 0 ? backend : another).create(of("r", "id" + i)));
    assertEquals(1, Collections.frequency(created, Created.CREATED));
    assertEquals(15, Collections.frequency(created, Created.EXISTS));
    int winner = created.indexOf(Created.CREATED);
    assertEquals(Optional.of(of("r", "id" + winner)), another.find("r"));
    assertEquals(Outcome.JOINED, join(backend, of("r", "id" + winner), "a/1"));
    assertEquals(Outcome.GONE, join(backend, of("r", "id" + (15 - winner)), "a/1"));
  }

  @Test
  default void thereAreOnlySoManyRoomsHoweverManyAreCreatedAtOnce() {
    Backend backend = open(Store.rooms(5, 10));
    Backend another = another();
    List<Created> created =
        Together.run(20, i -> (i % 2 == 0 ? backend : another).create(of("r" + i, "id" + i)));
    assertEquals(5, Collections.frequency(created, Created.CREATED));
    assertEquals(15, Collections.frequency(created, Created.FULL));
    assertEquals(5, another.list().size());
    assertEquals(Created.EXISTS, backend.create(another.list().getFirst()));
    assertTrue(backend.remove(backend.list().getFirst()));
    assertEquals(Created.CREATED, backend.create(of("one more", "x")));
  }

  @Test
  default void oneUserCreatesOnlySoManyHoweverManyAtOnceAndARemovedOneMakesPlace() {
    Backend backend = open(Store.roomsPerUser(5));
    Backend another = another();
    List<Created> created =
        Together.run(20, i -> (i % 2 == 0 ? backend : another).create(of("r" + i, "id" + i)));
    assertEquals(5, Collections.frequency(created, Created.CREATED));
    assertEquals(15, Collections.frequency(created, Created.TOO_MANY));
    assertEquals(Created.CREATED, backend.create(new Room("theirs", "x", "somebody else", true)));
    Room mine =
        backend.list().stream().filter(room -> !room.id().equals("x")).findFirst().orElseThrow();
    assertEquals(Created.EXISTS, backend.create(mine));
    assertTrue(another.remove(mine));
    assertTrue(another.remove(mine), "once more, which counts for nothing");
    assertEquals(Created.CREATED, backend.create(of("one more", "y")));
    assertEquals(Created.TOO_MANY, backend.create(of("and one more", "z")));
  }

  @Test
  default void theServersOwnRoomsAreNeverTooMany() {
    Backend backend = open(Store.rooms(1, 10));
    assertEquals(Created.CREATED, backend.create(of("r", "1")));
    assertEquals(Created.FULL, backend.create(of("s", "2")));
    assertEquals(Created.CREATED, backend.create(new Room("lobby", "default", "", true)));
  }

  @Test
  default void onlyARoomWithoutMembersIsRemoved() {
    Backend backend = open();
    Room room = of("r", "1");
    backend.create(room);
    join(another(), room, "a/1");
    assertFalse(backend.remove(room));
    assertEquals(Optional.of(room), backend.find("r"));
    backend.leave(GroupId.room(room), "a/1", Optional.empty());
    assertTrue(another().remove(room));
    assertEquals(Optional.empty(), backend.find("r"));
    assertEquals(List.of(), another().list());
    assertEquals(Outcome.GONE, join(backend, room, "a/1"));
  }

  @Test
  default void removingARoomThatIsGoneLeavesTheNextOfThatNameAlone() {
    Backend backend = open();
    Room first = of("r", "1");
    Room second = of("r", "2");
    backend.create(first);
    backend.remove(first);
    backend.create(second);
    backend.invite(second, "bob");
    backend.remove(first);
    assertEquals(Optional.of(second), backend.find("r"));
    assertTrue(backend.isInvited(second, "bob"));
    assertEquals(Outcome.JOINED, join(backend, second, "a/1"));
  }

  @Test
  default void aJoinAndARemovalAtOnceNeverLeaveAMemberInARoomThatIsGone() {
    Backend backend = open();
    Backend another = another();
    for (int round = 0; round < 20; round++) {
      Room room = of("r", "id" + round);
      backend.create(room);
      List<Boolean> done =
          Together.run(
              2, i -> i == 0 ? another.remove(room) : join(backend, room, "a/1") == Outcome.JOINED);
      assertNotEquals(done.get(0), done.get(1), "either it is gone or somebody is in it");
      assertEquals(done.get(1), backend.find("r").isPresent());
      backend.leave(GroupId.room(room), "a/1", Optional.empty());
      backend.remove(room);
    }
  }

  @Test
  default void anInvitationIsOfOneUserToOneRoomUntilItIsTakenBack() {
    Backend backend = open();
    Room room = of("r", "1");
    Room other = of("s", "2");
    backend.create(room);
    backend.create(other);
    assertFalse(backend.isInvited(room, "bob"));
    assertTrue(backend.invite(room, "bob:{€}"));
    assertTrue(backend.invite(room, "bob:{€}"));
    assertTrue(another().isInvited(room, "bob:{€}"));
    assertFalse(backend.isInvited(room, "bob"));
    assertFalse(backend.isInvited(other, "bob:{€}"));
    another().uninvite(room, "bob:{€}");
    another().uninvite(room, "bob:{€}");
    assertFalse(backend.isInvited(room, "bob:{€}"));
  }

  @Test
  default void aRoomHasOnlySoManyInvitations() {
    Backend backend = open(Store.rooms(10, 3));
    Backend another = another();
    Room room = of("r", "1");
    Room other = of("s", "2");
    backend.create(room);
    backend.create(other);
    List<Boolean> invited =
        Together.run(12, i -> (i % 2 == 0 ? backend : another).invite(room, "u" + i));
    assertEquals(3, Collections.frequency(invited, true));
    for (int i = 0; i < 12; i++) {
      assertEquals(invited.get(i), another.isInvited(room, "u" + i));
    }
    int first = invited.indexOf(true);
    assertTrue(backend.invite(room, "u" + first), "invited already");
    assertTrue(backend.invite(other, "u0"), "each room has its own");
    backend.uninvite(room, "u" + first);
    assertTrue(backend.invite(room, "one more"));
    assertFalse(backend.invite(room, "too many"));
  }

  @Test
  default void aRoomCreatedAgainUnderAnOldNameIsAnother() {
    Backend backend = open();
    Room old = of("r", "1");
    GroupId oldGroup = GroupId.room(old);
    backend.create(old);
    Position before = backend.open(oldGroup, Position.UNKNOWN);
    Position last = backend.publish(oldGroup, before, "m", "old", Optional.empty()).position();
    backend.invite(old, "bob");
    assertTrue(backend.remove(old));
    Room again = of("r", "2");
    GroupId group = GroupId.room(again);
    assertEquals(Created.CREATED, another().create(again));
    assertFalse(backend.isInvited(again, "bob"));
    assertFalse(backend.isInvited(old, "bob"));
    assertEquals(List.of(), backend.members(group, 10));
    Position top = backend.open(group, Position.UNKNOWN);
    assertNotEquals(last.epoch(), top.epoch());
    assertEquals(List.of(), backend.history(group, Long.MAX_VALUE, 10, 1000).entries());
    assertEquals(Slice.Status.EPOCH, backend.read(group, last, 10, 1000).status());
    assertEquals(List.of(), backend.history(oldGroup, Long.MAX_VALUE, 10, 1000).entries());
  }

  @Test
  default void aRoomThatWasEmptyForTooLongIsRemovedWithAllThatBelongsToIt() {
    Backend backend = open(Store.times(SHORT, LIMITS.idempotencyTtl(), SHORT));
    Room idle = of("idle", "1");
    backend.create(idle);
    join(backend, idle, "a/1");
    backend.invite(idle, "bob");
    pass(SHORT.multipliedBy(2));
    assertTrue(backend.find("idle").isPresent(), "somebody is in it");
    backend.leave(GroupId.room(idle), "a/1", Optional.empty());
    assertTrue(backend.find("idle").isPresent(), "not empty for long");
    pass(SHORT.multipliedBy(2));
    Await.until("idle to be gone", () -> backend.find("idle").isEmpty());
    assertEquals(List.of(), another().list());
    assertEquals(Outcome.GONE, join(backend, idle, "a/1"));
    assertFalse(backend.isInvited(idle, "bob"));
  }

  @Test
  default void aRoomThatNobodyEverEnteredIsRemovedToo() {
    Backend backend = open(Store.times(SHORT, LIMITS.idempotencyTtl(), SHORT));
    backend.create(of("never entered", "1"));
    pass(SHORT.multipliedBy(2));
    Await.until("the room to be gone", () -> backend.list().isEmpty());
  }

  @Test
  default void roomsOfTheServerItselfAndRoomsWithMembersStay() {
    Backend backend = open(Store.times(SHORT, LIMITS.idempotencyTtl(), SHORT));
    Room lobby = new Room("lobby", "default", "", true);
    Room used = of("used", "1");
    Room idle = of("idle", "2");
    List.of(lobby, used, idle).forEach(backend::create);
    join(another(), used, "a/1");
    pass(SHORT.multipliedBy(2));
    Await.until("idle to be gone", () -> backend.find("idle").isEmpty());
    assertEquals(Set.of(lobby, used), new HashSet<>(backend.list()));
    assertEquals(Outcome.JOINED, join(backend, lobby, "a/1"));
    assertEquals(Outcome.ALREADY, join(backend, used, "a/1"));
  }
}
