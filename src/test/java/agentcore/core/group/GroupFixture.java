package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Member;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.message.Event;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Await;
import agentcore.testkit.ManualClock;
import agentcore.testkit.RecordingSocket;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A room's group on a store that can lose hints, and its members. */
abstract class GroupFixture {
  static final Room ROOM = new Room("r", "id", "alice", true);
  static final GroupId ID = GroupId.room(ROOM);
  private static final int HISTORY = 100_000;

  final AtomicInteger resyncs = new AtomicInteger();
  final Consumer consumer =
      new Consumer() {
        @Override
        public Map<String, Handler> handlers() {
          return Map.of();
        }

        @Override
        public Optional<Event> afterLoss(Room room, int members) {
          resyncs.incrementAndGet();
          return Optional.empty();
        }
      };
  final Metrics metrics = new Metrics();
  final ConnectionRegistry registry =
      new ConnectionRegistry(new ConnectionLimits(9, 9, 100_000_000, 1_000_000_000), metrics);
  LossyStore store = new LossyStore(HISTORY);
  Groups groups = newGroups();
  Group group = groups.acquire(ROOM);

  private Groups newGroups() {
    store.memory().directory().create(ROOM);
    return new Groups(store.backend(), new Serializer(), new ManualClock(), metrics);
  }

  void useHistoryOf(int entries) {
    store = new LossyStore(entries);
    groups = newGroups();
    group = groups.acquire(ROOM);
  }

  /** A member and what it is sent. */
  record Seat(GroupMembership membership, RecordingSocket wire) {
    Connection connection() {
      return membership.connection();
    }

    Memberships memberships() {
      return membership.owner();
    }

    String channel() {
      return connection().channel();
    }

    List<JsonObject> events() {
      return wire.texts().stream().map(t -> JsonParser.parseString(t).getAsJsonObject()).toList();
    }

    /** Waits for {@code count} events and returns the value of {@code field} in each. */
    List<String> received(int count, String field) {
      Await.until(count + " events", () -> wire.texts().size() >= count);
      return events().stream().map(event -> event.get(field).getAsString()).toList();
    }
  }

  /** Returns a connection that is not a member yet. */
  Seat seat(String user, Consumer endpoint, String join) {
    RecordingSocket wire = new RecordingSocket();
    Connection connection = registry.create(user, wire);
    Memberships memberships = new Memberships(new InboxFollower(connection, groups), endpoint);
    Member member = new Member(connection.channel(), user, join, "{\"type\":\"user_left\"}");
    return new Seat(new GroupMembership(memberships, group, member), wire);
  }

  Seat seat(String user) {
    return seat(user, consumer, "");
  }

  /** Adds a connection as a member, which uses the group. */
  Seat member(Seat seat) {
    assertSame(group, groups.acquire(ROOM));
    group.expect(seat.membership());
    assertTrue(group.add(seat.membership()));
    return seat;
  }

  Seat member(String user) {
    return member(seat(user));
  }

  Position publish(String text) {
    PublishResult result =
        store
            .backend()
            .log()
            .publish(
                ID,
                group.follower.position(),
                new Draft(
                    UUID.randomUUID().toString(),
                    "{\"type\":\"chat_message\",\"text\":\"" + text + "\"}"),
                Optional.empty());
    return result.position();
  }

  static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "" + i).toList();
  }
}
