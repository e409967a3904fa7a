package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Directory.CreateResult;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.dispatch.Timers;
import agentcore.core.group.ConnectionManager;
import agentcore.core.group.GroupMembership;
import agentcore.core.group.Memberships;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingSocket;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedStore;
import agentcore.testkit.Together;
import agentcore.testkit.network.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Thousands of rooms missed entries during a cut and read their logs at the same time. */
class HealingCrowdTest {
  private static final int ROOMS = 3_000;
  private static final int THREADS = 16;
  private static final Duration LONG = Await.DEADLINE.multipliedBy(12);

  private final RedisProcess redis = RedisProcess.start();
  private final FaultProxy proxy = FaultProxy.to(redis.port());
  private final SharedStore store =
      RedisStore.on(proxy.port(), redis.port()).open(Config.defaults());
  private final Backend backend = store.backend();

  /** The other server, which stays connected. */
  private final Backend other = store.backend();

  private final ConnectionManager manager =
      Connections.manager(
          backend, new ConnectionLimits(100_000, 100_000, 1_000_000, 1_000_000_000));
  private final List<Member> crowd = new ArrayList<>();

  private final Timers timers = new Timers();

  private record Member(Room room, Memberships memberships, RecordingSocket wire) {}

  @AfterEach
  void close() {
    timers.close();
    manager.close();
    backend.close();
    other.close();
    store.close();
    proxy.close();
    redis.close();
  }

  private Member member(String name) {
    Room room = new Room(name, "id of " + name, "", true);
    CreateResult unused = answered(() -> backend.directory().create(room));
    RecordingSocket wire = new RecordingSocket();
    Memberships memberships =
        manager.memberships(manager.registry().create("user of " + name, wire), Map::of);
    assertTrue(
        answered(() -> manager.enter(memberships, room, "{}", Optional.empty(), Optional.empty()))
            .isPresent());
    memberships.connection().done();
    return new Member(room, memberships, wire);
  }

  /**
   * Retries until the store answers, since a busy machine may be late. The command queue must never
   * be full.
   */
  private static <T> T answered(Supplier<T> question) {
    AtomicReference<Optional<T>> answer = new AtomicReference<>(Optional.empty());
    Await.until(
        "an answer",
        LONG,
        () -> {
          try {
            answer.set(Optional.of(question.get()));
          } catch (BackendException late) {
            assertFalse(String.valueOf(late.getMessage()).contains("is full"), "refused");
          }
          return answer.get().isPresent();
        });
    return answer.get().orElseThrow();
  }

  private void fill() {
    List<List<Member>> parts =
        Together.run(
            THREADS,
            thread -> {
              List<Member> part = new ArrayList<>();
              for (int i = thread; i < ROOMS; i += THREADS) {
                part.add(member("room " + i));
              }
              return part;
            });
    parts.forEach(crowd::addAll);
  }

  private void publishEverywhere() {
    List<Boolean> unused =
        Together.run(
            THREADS,
            thread -> {
              for (int i = thread; i < ROOMS; i += THREADS) {
                GroupId group = GroupId.room(crowd.get(i).room());
                String id = "id " + i;
                Optional<IdempotencyKey> key = Optional.of(IdempotencyKey.of("publisher", id, id));
                PublishResult result =
                    answered(
                        () ->
                            other.log().publish(group, Position.UNKNOWN, new Draft(id, "{}"), key));
                assertEquals(1, result.position().seq());
              }
              return true;
            });
  }

  private boolean isBack(Member newcomer) {
    try {
      return say(newcomer) == PublishResult.Outcome.APPENDED;
    } catch (BackendException away) {
      return false;
    }
  }

  private PublishResult.Outcome say(Member member) {
    GroupMembership membership = member.memberships().find(member.room().name()).orElseThrow();
    return membership
        .publish(new Draft(UUID.randomUUID().toString(), "{\"type\":\"y\"}"), Optional.empty())
        .get()
        .outcome();
  }

  @Test
  void nothingIsRefusedWhileAllRoomsRecover() {
    backend.start();
    other.start();
    timers.every(Duration.ofSeconds(4), "groups-compare", manager::compareGroups);
    fill();
    Member busy = member("busy");
    proxy.cut();
    publishEverywhere();
    proxy.heal();
    Await.until("the link to be back", LONG, () -> isBack(busy));
    for (int i = 0; i < 100; i++) {
      assertEquals(PublishResult.Outcome.APPENDED, answered(() -> say(busy)));
      GroupId newcomer = GroupId.room(member("new " + i).room());
      assertEquals(1, answered(() -> backend.presence().counts(List.of(newcomer))).getFirst());
      LogPage history =
          answered(
              () ->
                  backend.log().history(GroupId.room(busy.room()), Long.MAX_VALUE, 1000, 100_000));
      assertTrue(history.entries().size() > i, "" + history.entries().size());
    }
    Await.until(
        "everybody to have what was missed",
        LONG,
        () -> crowd.stream().allMatch(each -> each.wire().texts().size() == 1));
  }
}
