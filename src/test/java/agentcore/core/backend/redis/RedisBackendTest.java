package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence;
import agentcore.core.backend.RecordingSubscriber;
import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract for a Redis user with all rights. */
class RedisBackendTest extends RedisContractTest {
  @Override
  String url() {
    return SharedRedis.url();
  }

  @Override
  String command(String... words) {
    return SharedRedis.command(words);
  }

  @Test
  void keepsOnlyTheLatestVisits() {
    Presence presence = open().presence();
    GroupId bob = GroupId.user("bob");
    List<String> users = // of the same partition: one more than it keeps, with Bob
        IntStream.iterate(1, i -> i + 1)
            .mapToObj(i -> "user-" + i)
            .filter(user -> Keys.partition(GroupId.user(user)) == Keys.partition(bob))
            .limit(195)
            .toList();
    List<String> many = new ArrayList<>();
    many.addAll(List.of("EVAL", "for i = 1, #ARGV do redis.call('ZADD', KEYS[1], i, ARGV[i]) end"));
    many.addAll(List.of("1", new Keys(prefix(), 0).seen(bob)));
    many.addAll(users);
    String unused = command(many.toArray(String[]::new));
    presence.join(bob, new Member("bob/1", "bob", ""), 1, Optional.empty());
    presence.leave(bob, new Member("bob/1", "bob", ""), Optional.empty());
    assertEquals(Optional.empty(), presence.lastSeen(users.get(0)));
    assertEquals(Optional.of(Instant.ofEpochMilli(2)), presence.lastSeen(users.get(1)));
    assertTrue(presence.lastSeen("bob").isPresent());
  }

  /** A request to close a connection is no eviction: the membership ends with the connection. */
  @Test
  void membershipOfAConnectionThatIsToBeClosedEndsWithItsServerAtTheLatest() {
    GroupId user = GroupId.user("alice");
    Member member = new Member("alice/1", "alice", "1", "");
    Backend other = open();
    Backend backend = another();
    RecordingSubscriber subscriber = RecordingSubscriber.of(backend, user);
    backend.presence().join(user, member, 9, Optional.empty());
    other.presence().broadcast(user, Notice.close("alice/1", "4411 by an operator"));
    assertEquals("4411 by an operator", subscriber.notices(1).getFirst().text());
    assertEquals(List.of(member), other.presence().members(user, 9));
    backend.close();
    assertEquals(List.of(), other.presence().members(user, 9));
  }

  @Test
  void userWithoutAnEntryHasNoKeyForALog() {
    Backend backend = open();
    GroupId user = GroupId.user("alice");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, user);
    backend.presence().join(user, new Member("alice/1", "alice", ""), 9, Optional.empty());
    LogPage unused = backend.log().read(user, Position.UNKNOWN, 9, 9_000);
    unused = backend.log().history(user, Long.MAX_VALUE, 9, 9_000);
    Keys keys = new Keys(prefix(), 0);
    assertTrue(command("EXISTS", keys.log(user), keys.record(user)).contains("0"));
    assertEquals(
        PublishResult.Outcome.APPENDED,
        backend
            .log()
            .publish(user, Position.UNKNOWN, new Draft("id", "first"), Optional.empty())
            .outcome());
    assertEquals(List.of("first"), heard.texts(1));
    assertTrue(command("EXISTS", keys.log(user), keys.record(user)).contains("2"));
  }

  @Test
  void historyFetchesLittleMoreThanItMayReturn() {
    Backend backend = open();
    GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
    Position start = backend.log().open(room, Position.UNKNOWN);
    String text = "x".repeat(10_000);
    List<Supplier<PublishResult>> begun =
        IntStream.range(0, 1_000)
            .mapToObj(
                i ->
                    backend.log().submit(room, start, new Draft("id-" + i, text), Optional.empty()))
            .toList();
    assertTrue(begun.stream().allMatch(r -> r.get().outcome() == PublishResult.Outcome.APPENDED));
    long before = outputBytes();
    assertEquals(2, backend.log().history(room, Long.MAX_VALUE, 1_000, 25_000).entries().size());
    long fetched = outputBytes() - before;
    assertTrue(fetched < 3_000_000, fetched + " of 10,000,000 bytes");
  }

  private long outputBytes() {
    Matcher bytes =
        Pattern.compile("total_net_output_bytes:(\\d+)").matcher(command("INFO", "stats"));
    assertTrue(bytes.find());
    return Long.parseLong(bytes.group(1));
  }

  @Test
  void slowsDownAPublisherThatIsFasterThanRedisSoThatTheQueueIsNeverFull() {
    Backend backend = open();
    GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
    Position start = backend.log().open(room, Position.UNKNOWN);
    List<Supplier<String>> begun =
        IntStream.range(0, 60_000).mapToObj(i -> submit(backend.log(), room, start, i)).toList();
    Set<String> outcomes = begun.stream().map(Supplier::get).collect(Collectors.toSet());
    assertTrue(outcomes.contains("APPENDED"), outcomes::toString);
    // On a busy machine some are late, or their connection is closed after two seconds.
    assertFalse(outcomes.stream().anyMatch(each -> each.contains("full")), outcomes::toString);
  }

  /** A Redis that stands still, for a little less or more than a caller waits. */
  @ParameterizedTest
  @ValueSource(ints = {1_550, 1_700, 2_000})
  void neverStoresWhatWasRefusedWhileRedisStoodStill(int pauseMillis) throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        Backend backend = new RedisBackend(RedisStore.url(redis.port()), "ws:", LIMITS)) {
      backend.start();
      GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
      Position start = backend.log().open(room, Position.UNKNOWN);
      assertEquals("APPENDED", submit(backend.log(), room, start, 0).get()); // loads the script
      AtomicBoolean isRunning = new AtomicBoolean();
      redis.pause();
      Thread waker =
          Thread.ofVirtual()
              .start(
                  () -> {
                    LockSupport.parkNanos(Duration.ofMillis(pauseMillis).toNanos());
                    isRunning.set(true);
                    redis.resume();
                  });
      String outcome = submit(backend.log(), room, start, 1).get();
      boolean wasRefusedBefore = !outcome.equals("APPENDED") && !isRunning.get();
      waker.join();
      Await.until(
          "writes again", () -> submit(backend.log(), room, start, 2).get().equals("APPENDED"));
      boolean isStored =
          redis.command("XRANGE", new Keys("ws:", 0).log(room), "-", "+").contains("id-1");
      assertFalse(wasRefusedBefore && isStored, outcome);
      assertTrue(isStored || !outcome.equals("APPENDED"), outcome);
    }
  }

  /** While two primaries take writes, one server may begin an epoch at one, and the other go on. */
  @Test
  void entriesWrittenElsewhereAfterAnEpochHadBegunAreALossForAll() {
    Log log = open().log();
    GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
    Position first =
        log.publish(room, Position.UNKNOWN, new Draft("1", "{}"), Optional.empty()).position();
    Position lost = new Position(first.epoch(), 5, "5");
    Position second = log.publish(room, lost, new Draft("6", "{}"), Optional.empty()).position();
    assertEquals(6, second.seq());
    Position known = new Position(first.epoch(), 5, "another");
    assertEquals(second.epoch(), log.open(room, known).epoch(), "not beyond its beginning");
    Position opened = log.open(room, new Position(first.epoch(), 6, "another 6"));
    assertEquals(6, opened.seq());
    assertNotEquals(second.epoch(), opened.epoch());
    Position beyond = new Position(second.epoch(), 9, "9");
    Position third = log.publish(room, beyond, new Draft("10", "{}"), Optional.empty()).position();
    assertNotEquals(opened.epoch(), third.epoch());
    assertEquals(third.epoch(), log.open(room, opened).epoch(), "what all know is no loss");
  }

  /** Returns the outcome of a publish, or the message of its failure. */
  private static Supplier<String> submit(Log log, GroupId room, Position known, int i) {
    try {
      Supplier<PublishResult> result =
          log.submit(room, known, new Draft("id-" + i, "{}"), Optional.empty());
      return () -> outcome(result);
    } catch (BackendException refused) {
      return refused::getMessage;
    }
  }

  private static String outcome(Supplier<PublishResult> result) {
    try {
      return result.get().outcome().name();
    } catch (BackendException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  @Test
  void willIsBroadcastAsGivenWithTheTimeOfTheRemoval() {
    Backend ending = open();
    GroupId room = room(ending, "r");
    RecordingSubscriber heard = RecordingSubscriber.of(another(), room);
    String will = "{\"n\":1,\"at\":" + Member.REMOVAL_TIME + "}";
    ending.presence().join(room, new Member("a/1", "a", "1", will), 1, Optional.empty());
    ending.close();
    String text = heard.notices(1).getFirst().text();
    assertTrue(text.matches("\\{\"n\":1,\"at\":\\d{10}\\.\\d{3}}"), text);
  }
}
