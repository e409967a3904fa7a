package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.connection.Frame;
import agentcore.core.consumer.Consumer;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Notices, evictions, entering and leaving. */
class MembersTest extends GroupFixture {
  @Test
  void resyncReachesOnlyTheMembersOfItsEndpoint() {
    Seat alice = member("alice");
    Consumer board = Map::of;
    Seat bob = member(seat("bob", board, ""));
    assertEquals(List.of(consumer, board), group.news.locked(group.members::endpoints));
    group.send(consumer, "{\"n\":1}");
    group.send(board, "{\"n\":2}");
    group.news.onNotice(Notice.everyone("{\"n\":3}"));
    assertEquals(List.of("1", "3"), alice.received(2, "n"));
    assertEquals(List.of("2", "3"), bob.received(2, "n"));
  }

  @Test
  void noticeReachesTheMembersItIsMeantFor() {
    Seat alice = member("alice");
    Seat bob = member("bob");
    Seat carol = member("carol");
    group.news.onNotice(Notice.presence(alice.channel(), "{\"n\":1}"));
    group.news.onNotice(Notice.everyone("{\"n\":2}"));
    group.news.onNotice(Notice.everyoneBut(bob.channel(), "{\"n\":3}"));
    group.news.onNotice(Notice.close("elsewhere/1", "4411 by an operator"));
    group.news.onNotice(
        Notice.evict(new Member("elsewhere/1", "elsewhere", ""), carol.channel(), "{\"n\":5}"));
    assertEquals(List.of("2", "3", "5"), alice.received(3, "n"));
    assertEquals(List.of("1", "2", "5"), bob.received(3, "n"));
    assertEquals(List.of("1", "2", "3"), carol.received(3, "n"));
  }

  @Test
  void evictedMemberReceivesItsEvictionAndNothingLater() {
    Seat alice = member("alice");
    Seat bob = member("bob");
    group.news.onNotice(
        Notice.evict(bob.membership().member(), alice.channel(), "{\"text\":\"out\"}"));
    publish("later");
    assertEquals(List.of("later"), alice.received(1, "text"));
    assertEquals(List.of("out"), bob.received(1, "text"));
    assertTrue(bob.memberships().find("r").isEmpty());
    assertFalse(group.remove(bob.membership()), "it was removed already");
    groups.release(group);
    groups.release(group);
    Await.until("the eviction to release the last use", () -> groups.open.size() == 0);
  }

  @Test
  void evictionOfAnEarlierMembershipDoesNotAffectALaterOne() {
    Seat bob = seat("bob", consumer, "2");
    Member first = new Member(bob.channel(), "bob", "1", "{}");
    group.expect(bob.membership());
    group.news.onNotice(Notice.evict(first, "", "{}"));
    assertTrue(group.add(bob.membership()));
    group.news.onNotice(Notice.evict(first, "", "{}"));
    assertTrue(group.remove(bob.membership()));
  }

  @Test
  void evictionWhileEnteringUndoesTheEntering() {
    Seat bob = seat("bob");
    group.expect(bob.membership());
    group.news.onNotice(Notice.evict(bob.membership().member(), "", "{\"text\":\"out\"}"));
    assertFalse(group.add(bob.membership()));
    assertTrue(bob.memberships().find("r").isEmpty());
    publish("later");
    assertEquals(List.of(), bob.wire().texts());
    assertSame(group, groups.acquire(ROOM));
    groups.release(group);
    assertEquals(1, groups.open.size(), "the eviction released no use: it never was a member");
  }

  @Test
  void membershipThatIsNotExpectedIsNotAdded() {
    Seat bob = seat("bob");
    assertFalse(group.add(bob.membership()));
    group.expect(bob.membership());
    assertFalse(group.remove(bob.membership()), "it was expected, and no member");
    assertFalse(group.add(bob.membership()));
  }

  @Test
  void memberReceivesEverythingAfterThePositionAtWhichItEntered() {
    publish("1");
    Position second = publish("2");
    Seat alice = member("alice");
    GroupMembership membership = alice.memberships().find("r").orElseThrow();
    assertEquals(second, membership.entered());
    assertEquals("{\"type\":\"user_left\"}", membership.member().will());
    assertEquals(ROOM, membership.room());
    publish("3");
    assertEquals(List.of("3"), alice.received(1, "seq"));
  }

  @Test
  void nothingFollowsALeave() {
    for (int round = 0; round < 20; round++) {
      Seat alice = member("alice");
      AtomicBoolean stop = new AtomicBoolean();
      List<Integer> done =
          Together.run(
              2,
              thread -> {
                if (thread == 0) {
                  while (!stop.get()) {
                    publish("x");
                  }
                  return 0;
                }
                Await.until("an event", () -> !alice.wire().texts().isEmpty());
                assertTrue(group.remove(alice.membership()));
                alice.connection().offer(Frame.text("{\"text\":\"mark\"}"));
                stop.set(true);
                return 0;
              });
      assertEquals(2, done.size());
      Await.until(
          "the mark", () -> alice.wire().texts().stream().anyMatch(text -> text.contains("mark")));
      assertTrue(alice.wire().texts().getLast().contains("mark"), "nothing behind it");
    }
  }

  @Test
  void oneOfManyConcurrentRemovalsSucceeds() {
    Seat alice = member("alice");
    List<Boolean> removed = Together.run(8, thread -> group.remove(alice.membership()));
    assertEquals(1, removed.stream().filter(r -> r).count());
  }
}
