package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.mockStatic;

import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.connection.Frame;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.ManualClock;
import agentcore.testkit.RecordingSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.mockito.MockedStatic;

/** Offering to one member of three fails, because there is no memory for a thread, say. */
class FailingMemberTest {
  private static final Room ROOM = new Room("r", "id", "alice", true);

  private final LossyStore store = new LossyStore(1000);
  private final List<RecordingSocket> wires = new ArrayList<>();
  private final Group group = group();

  private static final class FailingSocket extends RecordingSocket {
    @Override
    public boolean canTryToWrite() {
      throw new Error("unable to create native thread");
    }
  }

  private Group group() {
    store.memory().directory().create(ROOM);
    Groups groups = new Groups(store.backend(), new Serializer(), new ManualClock(), new Metrics());
    Group made = groups.acquire(ROOM);
    for (int i = 0; i < 3; i++) {
      RecordingSocket wire = i == 1 ? new FailingSocket() : new RecordingSocket();
      wires.add(wire);
      Connection member =
          new ConnectionRegistry(Connections.LIMITS, new Metrics()).create("m" + i, wire);
      GroupMembership membership =
          new GroupMembership(
              new Memberships(new InboxFollower(member, groups), Map::of),
              made,
              new Member(member.channel(), member.user(), "{}"));
      made.expect(membership);
      assertTrue(made.add(membership));
    }
    return made;
  }

  private void publish(String text) {
    store
        .backend()
        .log()
        .publish(
            GroupId.room(ROOM),
            Position.UNKNOWN,
            new Draft(UUID.randomUUID().toString(), "{\"type\":\"" + text + "\"}"),
            Optional.empty());
  }

  private void assertOthersReceived(int events) {
    for (int i : List.of(0, 2)) {
      Await.until("the event", () -> wires.get(i).texts().size() >= events);
      assertEquals(events, wires.get(i).texts().size());
      assertFalse(wires.get(i).isCut());
    }
    assertTrue(wires.get(1).isCut(), "it must not miss an event silently");
  }

  @Test
  void othersReceiveEveryMessage() {
    publish("one");
    publish("two");
    publish("three");
    assertOthersReceived(3);
  }

  @Test
  void othersReceiveEveryNotice() {
    group.news.onNotice(Notice.everyone("{}"));
    group.news.onNotice(Notice.everyone("{}"));
    assertOthersReceived(2);
  }

  @Test
  void othersReceiveTheReset() {
    store.answerNextRead(LogPage.broken(LogPage.Status.EPOCH, new Position("other", 41, "id-41")));
    group.onGap();
    assertOthersReceived(1);
  }

  @Test
  void framesThatCannotBeJoinedAreOfferedOneByOne() {
    store.news((to, entry, previousId) -> group.news.onEntry(entry, previousId)); // without a flush
    publish("one");
    publish("two");
    publish("three");
    try (MockedStatic<Frame> frames = mockStatic(Frame.class, CALLS_REAL_METHODS)) {
      frames.when(() -> Frame.join(any())).thenThrow(new OutOfMemoryError("Java heap space"));
      group.news.flush();
    }
    assertOthersReceived(3);
  }
}
