package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.core.backend.Presence.JoinResult;
import agentcore.core.backend.Presence.JoinResult.Outcome;
import agentcore.testkit.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of {@link Presence}: memberships, their limits and their announcements. */
interface PresenceContract extends Store {
  int NO_LIMIT = Integer.MAX_VALUE;

  private static Member member(String channel) {
    return new Member(channel, channel.substring(0, channel.indexOf('/')), "will of " + channel);
  }

  private static Optional<Notice> announcing(String text) {
    return Optional.of(Notice.presence("", text));
  }

  private static JoinResult join(Backend backend, GroupId group, String channel) {
    return backend.presence().join(group, member(channel), NO_LIMIT, announcing("+" + channel));
  }

  private static boolean leave(Backend backend, GroupId group, String channel) {
    return backend.presence().leave(group, member(channel), announcing("-" + channel));
  }

  private static List<String> channels(Backend backend, GroupId group) {
    return backend.presence().members(group, NO_LIMIT).stream().map(Member::channel).toList();
  }

  private static int count(Backend backend, GroupId group) {
    return backend.presence().counts(List.of(group)).getFirst();
  }

  @Test
  default void joinAddsAMemberThatAllServersSee() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    assertEquals(new JoinResult(Outcome.JOINED, 1, Position.UNKNOWN), join(backend, room, "a/1"));
    assertEquals(new JoinResult(Outcome.JOINED, 2, Position.UNKNOWN), join(another(), room, "b/1"));
    List<Member> members = List.of(member("a/1"), member("b/1"));
    assertEquals(members, backend.presence().members(room, NO_LIMIT));
    assertEquals(members, another().presence().members(room, NO_LIMIT));
  }

  @Test
  default void keepsAMemberUnchanged() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Member odd = new Member("ä:{€} \"😀/:x", "ä:{€} \"😀", "{\"a:b\":\"\\u0000\\n€\"}");
    Member plain = new Member("c/1", "c", "");
    backend.presence().join(room, odd, NO_LIMIT, Optional.empty());
    backend.presence().join(room, plain, NO_LIMIT, Optional.empty());
    assertEquals(List.of(odd, plain), backend.presence().members(room, NO_LIMIT));
    assertTrue(backend.presence().leave(room, odd, Optional.empty()));
    assertEquals(List.of(plain), backend.presence().members(room, NO_LIMIT));
  }

  @Test
  default void joinOfAMemberReturnsAlreadyAndAnnouncesNothing() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    join(backend, room, "a/1");
    join(backend, room, "b/1");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, room);
    assertEquals(new JoinResult(Outcome.ALREADY, 2, Position.UNKNOWN), join(backend, room, "a/1"));
    assertEquals(
        new JoinResult(Outcome.ALREADY, 2, Position.UNKNOWN),
        backend.presence().join(room, member("a/1"), 1, announcing("again")));
    assertEquals(List.of(), heard.noticesUntilNow(backend, room));
    assertEquals(List.of("a/1", "b/1"), channels(backend, room));
  }

  @Test
  default void fullGroupRefusesAJoinAndAnnouncesNothing() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, room);
    backend.presence().join(room, member("a/1"), 2, Optional.empty());
    backend.presence().join(room, member("b/1"), 2, Optional.empty());
    assertEquals(
        Outcome.FULL, backend.presence().join(room, member("c/1"), 2, announcing("+c")).outcome());
    assertEquals(List.of(), heard.noticesUntilNow(backend, room));
    assertEquals(List.of("a/1", "b/1"), channels(backend, room));
    leave(backend, room, "a/1");
    assertEquals(
        Outcome.JOINED,
        backend.presence().join(room, member("c/1"), 2, announcing("+c")).outcome());
  }

  @Test
  default void roomThatIsNotInTheDirectoryRefusesAJoin() {
    Backend backend = open();
    GroupId never = GroupId.room(new Room("never", "id-of-never", "alice", true));
    assertEquals(Outcome.GONE, join(backend, never, "a/1").outcome());
    assertEquals(List.of(), backend.presence().members(never, NO_LIMIT));
    Room room = new Room("r", "id-of-r", "alice", true);
    backend.directory().create(room);
    backend.directory().remove(room);
    assertEquals(Outcome.GONE, join(another(), GroupId.room(room), "a/1").outcome());
    assertEquals(0, count(backend, GroupId.room(room)));
  }

  @Test
  default void groupsOfUsersAndOfAllNeedNoDirectory() {
    Backend backend = open();
    assertEquals(Outcome.JOINED, join(backend, GroupId.user("a"), "a/1").outcome());
    assertEquals(Outcome.JOINED, join(backend, GroupId.all(), "a/1").outcome());
  }

  @Test
  default void capacityHoldsForConcurrentJoins() {
    Backend backend = open();
    Backend another = another();
    GroupId room = room(backend, "r");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, room);
    int capacity = 7;
    List<JoinResult> joined =
        Together.run(
            24,
            i ->
                (i % 2 == 0 ? backend : another)
                    .presence()
                    .join(room, member("u" + i + "/1"), capacity, announcing("+")));
    List<Outcome> outcomes = joined.stream().map(JoinResult::outcome).toList();
    assertEquals(capacity, Collections.frequency(outcomes, Outcome.JOINED));
    assertEquals(24 - capacity, Collections.frequency(outcomes, Outcome.FULL));
    assertEquals(
        IntStream.rangeClosed(1, capacity).boxed().toList(),
        joined.stream()
            .filter(j -> j.outcome() == Outcome.JOINED)
            .map(JoinResult::count)
            .sorted()
            .toList());
    assertEquals(capacity, count(another, room));
    assertEquals(capacity, heard.notices(capacity).size());
  }

  @Test
  default void concurrentJoinsOfOneChannelAddOneMember() {
    Backend backend = open();
    Backend another = another();
    GroupId room = room(backend, "r");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, room);
    List<Outcome> outcomes =
        Together.run(16, i -> join(i % 2 == 0 ? backend : another, room, "a/1").outcome());
    assertEquals(1, Collections.frequency(outcomes, Outcome.JOINED));
    assertEquals(15, Collections.frequency(outcomes, Outcome.ALREADY));
    assertEquals("+a/1", heard.notices(1).getFirst().text());
  }

  @Test
  default void concurrentLeavesAreAnnouncedExactlyOnce() {
    Backend backend = open();
    Backend another = another();
    GroupId room = room(backend, "r");
    for (int round = 0; round < 5; round++) {
      join(backend, room, "a/1");
      RecordingSubscriber heard = RecordingSubscriber.of(another, room);
      List<Boolean> left =
          Together.run(12, i -> leave(i % 2 == 0 ? backend : another, room, "a/1"));
      assertEquals(1, Collections.frequency(left, true));
      assertEquals(1, Collections.frequency(heard.noticesUntilNow(backend, room), "-a/1"));
      assertEquals(0, count(backend, room));
      another.log().unsubscribe(room, heard);
    }
  }

  @Test
  default void lateRemovalLeavesALaterMembershipAlone() {
    Backend backend = open();
    Backend another = another();
    GroupId room = room(backend, "r");
    Member first = new Member("a/1", "a", "1", "{}");
    Member second = new Member("a/1", "a", "2", "{}");
    backend.presence().join(room, first, NO_LIMIT, announcing("+1"));
    assertTrue(backend.presence().leave(room, first, announcing("-1")));
    backend.presence().join(room, second, NO_LIMIT, announcing("+2"));
    RecordingSubscriber heard = RecordingSubscriber.of(another, room);
    Optional<Notice> eviction = Optional.of(Notice.evict(first, "", "late"));
    assertFalse(another.presence().leave(room, first, eviction));
    assertFalse(backend.presence().leave(room, first, announcing("-1")));
    assertEquals(List.of(), heard.noticesUntilNow(backend, room));
    assertEquals(List.of(second), another.presence().members(room, NO_LIMIT));
    assertTrue(another.presence().leave(room, second, announcing("-2")));
    assertEquals(0, count(backend, room));
  }

  @Test
  default void latestJoinReplacesTheEarlierOne() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Member first = new Member("a/1", "a", "1", "{}");
    Member second = new Member("a/1", "a", "2", "{}");
    backend.presence().join(room, first, NO_LIMIT, announcing("+1"));
    assertEquals(
        Outcome.ALREADY,
        backend.presence().join(room, second, NO_LIMIT, announcing("+2")).outcome());
    assertFalse(another().presence().leave(room, first, announcing("-1")));
    assertEquals(List.of(second), backend.presence().members(room, NO_LIMIT));
    assertTrue(another().presence().leave(room, second, announcing("-2")));
  }

  @Test
  default void leaveOfANonMemberAnnouncesNothing() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, room);
    assertFalse(leave(backend, room, "a/1"));
    assertFalse(leave(backend, GroupId.user("nobody"), "nobody/1"));
    assertEquals(List.of(), heard.noticesUntilNow(backend, room));
  }

  @Test
  default void listsMembersInTheOrderOfTheirJoinsUpToTheLimit() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    List<String> order = List.of("z/1", "a/9", "m/5", "a/1", "b/2");
    order.forEach(channel -> join(backend, room, channel));
    assertEquals(order, channels(backend, room));
    assertEquals(
        order.subList(0, 3),
        backend.presence().members(room, 3).stream().map(Member::channel).toList());
    leave(backend, room, "z/1");
    join(another(), room, "z/1");
    assertEquals(List.of("a/9", "m/5", "a/1", "b/2", "z/1"), channels(backend, room));
  }

  @Test
  default void countsHaveTheOrderOfTheGroups() {
    Backend backend = open();
    GroupId one = room(backend, "one");
    GroupId two = room(backend, "two");
    join(backend, one, "a/1");
    join(another(), two, "a/1");
    join(backend, two, "b/1");
    GroupId none = GroupId.user("nobody");
    assertEquals(List.of(2, 0, 1, 2), backend.presence().counts(List.of(two, none, one, two)));
    assertEquals(List.of(), backend.presence().counts(List.of()));
  }

  @Test
  default void groupsOfDifferentKindsWithTheSameIdAreIndependent() {
    Backend backend = open();
    Room room = new Room("r", "x", "alice", true);
    backend.directory().create(room);
    join(backend, GroupId.room(room), "a/1");
    RecordingSubscriber inRoom = RecordingSubscriber.of(backend, GroupId.room(room));
    RecordingSubscriber ofUser = RecordingSubscriber.of(backend, GroupId.user("x"));
    assertEquals(0, count(backend, GroupId.user("x")));
    join(backend, GroupId.user("x"), "x/1");
    backend.presence().broadcast(GroupId.user("x"), Notice.everyone("to the user"));
    assertEquals("+x/1", ofUser.notices(2).getFirst().text());
    assertEquals(List.of(), inRoom.noticesUntilNow(backend, GroupId.room(room)));
    assertEquals(List.of("a/1"), channels(backend, GroupId.room(room)));
  }

  @Test
  default void noticeReachesEveryServerUnchanged() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    join(backend, room, "a/1");
    RecordingSubscriber here = RecordingSubscriber.of(backend, room);
    RecordingSubscriber there = RecordingSubscriber.of(another(), room);
    List<Notice> notices =
        List.of(
            Notice.presence("ä:€😀/1", "{\"a\":\"b:c\"}"),
            Notice.everyone("€😀 \n\u0000:"),
            Notice.everyoneBut("a/1", "others"),
            Notice.evict(new Member("a/1", "a", "ä:7", ""), "b:\"{}/2", "evict"),
            Notice.evict(member("a/1"), "", "e"),
            Notice.close("a/1", "4411 by an operator"));
    notices.forEach(notice -> backend.presence().broadcast(room, notice));
    assertEquals(notices, here.notices(6));
    assertEquals(notices, there.notices(6));
  }

  @Test
  default void noticeIsNotStored() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    backend.presence().broadcast(room, Notice.everyone("early"));
    RecordingSubscriber late = RecordingSubscriber.of(backend, room);
    assertEquals(List.of(), late.noticesUntilNow(backend, room));
    backend.log().unsubscribe(room, late);
    RecordingSubscriber later = RecordingSubscriber.of(backend, room);
    backend.presence().broadcast(room, Notice.everyone("late"));
    assertEquals("late", later.notices(1).getFirst().text());
    assertEquals(0, late.notices(0).size());
  }

  @Test
  default void dropsPresenceInGroupsBeyondTheLimit() {
    Backend backend = open(Store.limits(Setting.PRESENCE_EVENTS_LIMIT, 2));
    GroupId room = room(backend, "r");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, room);
    join(backend, room, "a/1");
    join(backend, room, "b/1");
    join(backend, room, "c/1");
    backend.presence().broadcast(room, Notice.presence("a/1", "typing of three"));
    backend.presence().broadcast(room, Notice.everyone("not presence"));
    leave(backend, room, "c/1");
    backend.presence().broadcast(room, Notice.presence("a/1", "typing of two"));
    leave(backend, room, "b/1");
    assertEquals(
        List.of("+a/1", "+b/1", "not presence", "typing of two", "-b/1"),
        heard.noticesUntilNow(backend, room));
  }

  @Test
  default void announcesAnEvictionInGroupsOfEverySize() {
    Backend backend = open(Store.limits(Setting.PRESENCE_EVENTS_LIMIT, 1));
    GroupId room = room(backend, "r");
    join(backend, room, "a/1");
    join(backend, room, "b/1");
    RecordingSubscriber heard = RecordingSubscriber.of(another(), room);
    Notice evict = Notice.evict(member("b/1"), "a/1", "gone");
    assertTrue(backend.presence().leave(room, member("b/1"), Optional.of(evict)));
    assertEquals(List.of(evict), heard.notices(1));
  }

  @Test
  default void lastSeenIsNowWhileConnectedAndThenTheTimeOfTheLastLeave() {
    Backend backend = open();
    GroupId user = GroupId.user("a:{ä}");
    assertEquals(Optional.empty(), backend.presence().lastSeen("a:{ä}"));
    join(backend, user, "a/1");
    join(backend, user, "a/2");
    assertSeen(Duration.ZERO, backend.presence().lastSeen("a:{ä}").orElseThrow());
    leave(backend, user, "a/1");
    pass(SHORT);
    assertSeen(Duration.ZERO, another().presence().lastSeen("a:{ä}").orElseThrow());
    leave(backend, user, "a/2");
    pass(SHORT.multipliedBy(2));
    assertSeen(SHORT.multipliedBy(2), backend.presence().lastSeen("a:{ä}").orElseThrow());
    assertEquals(Optional.empty(), backend.presence().lastSeen("b"));
  }

  private void assertSeen(Duration ago, Instant seen) {
    Duration actual = Duration.between(seen, now());
    assertTrue(
        actual.minus(ago).abs().compareTo(SHORT.dividedBy(2)) < 0,
        "about " + ago + " ago, was " + actual + " ago");
  }
}
