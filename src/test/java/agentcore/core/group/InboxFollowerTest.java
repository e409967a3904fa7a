package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Draft;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.Subscriber;
import agentcore.core.message.Event;
import agentcore.core.message.Post;
import agentcore.testkit.Await;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection receives the log of its user once, in order and without gaps. */
class InboxFollowerTest extends ManagerFixture {
  private static final GroupId ALICE = GroupId.user("alice");

  @AfterEach
  void close() {
    manager.close();
  }

  private Draft draft(String text) {
    return manager.draft(Post.of(Event.of("note").with("text", text)));
  }

  private Position publish(String text) {
    return manager.publish(ALICE, draft(text), Optional.empty()).position();
  }

  private List<JsonObject> events(Memberships connection, int count) {
    return texts(connection, count).stream()
        .map(text -> JsonParser.parseString(text).getAsJsonObject())
        .toList();
  }

  private static List<Long> seqs(List<JsonObject> events) {
    return events.stream().map(event -> event.get("seq").getAsLong()).toList();
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private Memberships greeted(String user) {
    Memberships made = connected(user);
    made.connection().done();
    return made;
  }

  @Test
  void deliversWhatFollowsThePositionAtWhichItWasAdmitted() {
    Memberships early = greeted("alice");
    assertEquals(Position.UNKNOWN, early.inbox().entered());
    publish("one");
    Position two = publish("two");
    Memberships late = greeted("alice");
    assertEquals(two, late.inbox().entered());
    Position three = publish("three");
    assertEquals(numbers(1, 3), seqs(events(early, 3)));
    JsonObject only = events(late, 1).getFirst();
    assertEquals(three.id(), only.get("message_id").getAsString());
    assertEquals(three.epoch(), only.get("epoch").getAsString());
  }

  /** Both arrive between the subscription and the admission. */
  @Test
  void neitherRepeatsNorMissesWhatIsPublishedDuringTheAdmission() {
    doAnswer(
            call -> {
              publish("before the join");
              Object joined =
                  store
                      .memory()
                      .presence()
                      .join(
                          call.getArgument(0),
                          call.getArgument(1),
                          call.getArgument(2),
                          call.getArgument(3));
              publish("after the join");
              return joined;
            })
        .when(store.presence())
        .join(eq(ALICE), any(), anyInt(), any());
    Memberships alice = greeted("alice");
    assertEquals(1, alice.inbox().entered().seq());
    assertEquals(List.of(2L), seqs(events(alice, 1)));
    publish("later");
    assertEquals(numbers(2, 3), seqs(events(alice, 2)));
  }

  @Test
  void readsTheLogWhereNewsWasLost() {
    Memberships alice = greeted("alice");
    publish("1");
    store.news((to, entry, previousId) -> {});
    publish("2");
    publish("3");
    store.news(Subscriber::onEntry);
    publish("4");
    assertEquals(numbers(1, 4), seqs(events(alice, 4)));
  }

  @Test
  void readsFirstEntriesWhoseNewsWasLost() {
    Memberships alice = greeted("alice");
    store.news((to, entry, previousId) -> {});
    publish("1");
    publish("2");
    store.news(Subscriber::onEntry);
    publish("3");
    assertEquals(numbers(1, 3), seqs(events(alice, 3)));
  }

  @Test
  void readsTheLogAfterAGapAndWaitsForTheStore() {
    Memberships alice = greeted("alice");
    AtomicInteger attempts = new AtomicInteger();
    store.beforeRead(
        () -> {
          if (attempts.incrementAndGet() < 3) {
            throw new BackendException("away");
          }
        });
    store.news((to, entry, previousId) -> {});
    publish("1");
    alice.inbox().onGap();
    assertEquals(numbers(1, 1), seqs(events(alice, 1)));
    assertTrue(attempts.get() >= 3);
  }

  @Test
  void gapWithoutALogIsReadOnceAndCreatesNone() {
    Memberships alice = greeted("alice");
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(reads::incrementAndGet);
    alice.inbox().onGap();
    Await.until("a read", () -> reads.get() == 1);
    assertEquals(
        Position.UNKNOWN, store.memory().log().history(ALICE, Long.MAX_VALUE, 1, 1_000).top());
    publish("1");
    assertEquals(numbers(1, 1), seqs(events(alice, 1)));
    assertEquals(1, reads.get());
  }

  @Test
  void dropsRepeatedAndLateNews() {
    Memberships alice = greeted("alice");
    List<Entry> told = new ArrayList<>();
    store.news(
        (to, entry, previousId) -> {
          to.onEntry(entry, previousId);
          to.onEntry(entry, previousId);
          told.add(entry);
          to.onEntry(told.getFirst(), "");
        });
    for (int i = 1; i <= 5; i++) {
      publish("" + i);
    }
    store.news(Subscriber::onEntry);
    publish("6");
    assertEquals(numbers(1, 6), seqs(events(alice, 6)));
  }

  @Test
  void answerReachesAllConnectionsAndOneWithTheIdOfTheRequest() {
    Memberships asking = greeted("alice");
    Memberships other = greeted("alice");
    InboxFollower.Answered answered =
        asking.inbox().answer(Optional.of("req-1"), draft("answer"), Optional.empty());
    assertTrue(answered.isSent());
    assertEquals(PublishResult.Outcome.APPENDED, answered.result().outcome());
    publish("next");
    assertEquals("req-1", events(asking, 2).getFirst().get("id").getAsString());
    assertFalse(events(asking, 2).getLast().has("id"));
    assertFalse(events(other, 2).getFirst().has("id"));
    assertEquals(numbers(1, 2), seqs(events(other, 2)));
  }

  @Test
  void answerWhoseNewsIsLostIsReadFromTheLog() {
    Memberships alice = greeted("alice");
    store.news((to, entry, previousId) -> {});
    publish("1");
    assertTrue(alice.inbox().answer(Optional.of("req-1"), draft("2"), Optional.empty()).isSent());
    List<JsonObject> events = events(alice, 2);
    assertEquals(numbers(1, 2), seqs(events));
    assertEquals("req-1", events.getLast().get("id").getAsString());
  }

  @Test
  void tellsTheClientThatTheLogDoesNotContinue() {
    Memberships alice = greeted("alice");
    publish("1");
    store.answerNextRead(
        LogPage.broken(LogPage.Status.REWRITTEN, new Position("other epoch", 9, "other")));
    alice.inbox().onGap();
    JsonObject reset = events(alice, 2).getLast();
    assertEquals("inbox_reset", reset.get("type").getAsString());
    assertEquals("rolled_back", reset.get("reason").getAsString());
    assertEquals(9, reset.get("seq").getAsLong());
    assertEquals("other epoch", reset.get("epoch").getAsString());
  }

  @Test
  void closedConnectionIsNotReadFor() {
    Memberships alice = greeted("alice");
    manager.disconnect(alice);
    alice.connection().streamEnded();
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(reads::incrementAndGet);
    publish("1");
    alice.inbox().onGap();
    Memberships again = greeted("alice");
    publish("2");
    again.inbox().onGap();
    Await.until("a read for the open connection", () -> reads.get() > 0);
    assertEquals(1, reads.get());
    assertNothingSentTo(alice);
  }

  private void assertNothingSentTo(Memberships connection) {
    assertEquals(List.of(), wire(connection).texts());
  }
}
