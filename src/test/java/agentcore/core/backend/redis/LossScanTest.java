package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Presence;
import agentcore.core.backend.RecordingSubscriber;
import agentcore.core.backend.Room;
import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis evicts the keys of connected members. */
class LossScanTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Room ROOM = new Room("den", "1", "alice", true);
  private static final GroupId DEN = GroupId.room(ROOM);

  private final RedisProcess redis = RedisProcess.start();
  private final Keys keys = new Keys("ws:", 0);
  private final RedisBackend one = backend();
  private final RedisBackend two = backend();

  private RedisBackend backend() {
    return new RedisBackend(redis.url(), "ws:", Config.defaults().backendLimits());
  }

  @BeforeEach
  void start() {
    one.start();
    two.start();
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    redis.close();
  }

  private static Member member(String user, int number) {
    return new Member(user + '/' + number, user, "" + number, "{\"left\":\"" + user + "\"}");
  }

  private static void join(Backend backend, GroupId group, Member member) {
    assertEquals(
        Presence.JoinResult.Outcome.JOINED,
        backend
            .presence()
            .join(
                group,
                member,
                100_000,
                Optional.of(Notice.presence("", "{\"joined\":\"" + member.channel() + "\"}")))
            .outcome());
  }

  @Test
  void restoresMembersWhoseKeysWereEvictedWithoutAnnouncement() {
    one.directory().create(ROOM);
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      members.add(member("alice", i));
      members.add(member("bob", i));
    }
    members.forEach(
        member -> {
          Backend backend = member.user().equals("alice") ? one : two;
          join(backend, DEN, member);
          join(backend, GroupId.user(member.user()), member);
          join(backend, GroupId.all(), member);
        });
    RecordingSubscriber heard = RecordingSubscriber.of(one, DEN);
    RecordingSubscriber there = RecordingSubscriber.of(two, DEN);
    for (String evicted :
        List.of(
            keys.members(DEN),
            keys.state(DEN),
            keys.members(GroupId.user("alice")),
            keys.members(GroupId.user("bob")),
            keys.members(GroupId.all()),
            keys.rooms())) {
      assertEquals(":1\r\n", redis.command("DEL", evicted), evicted);
    }
    // A later member must not hide that the others are missing.
    join(two, GroupId.all(), member("carol", 0));
    Await.until(
        "all to be found again",
        LONG,
        () ->
            two.presence().members(DEN, 100).size() == 6
                && two.presence().members(GroupId.user("alice"), 100).size() == 3
                && one.presence().members(GroupId.user("bob"), 100).size() == 3
                && two.presence().members(GroupId.all(), 100).size() == 7
                && two.directory().list().equals(List.of(ROOM)));
    assertTrue(two.presence().members(DEN, 100).containsAll(members));
    assertEquals(List.of(), heard.noticesUntilNow(one, DEN));
    assertEquals(List.of(), there.noticesUntilNow(two, DEN));
    join(two, DEN, member("carol", 1)); // the room admits members
  }

  @Test
  void restoresAnEvictedIndex() {
    Member alice = member("alice", 1);
    join(one, GroupId.user("alice"), alice);
    String index = index(GroupId.user("alice"));
    assertEquals(":1\r\n", redis.command("DEL", index));
    Await.until("the index", LONG, () -> redis.command("EXISTS", index).equals(":1\r\n"));
    assertTrue(redis.command("SMEMBERS", index).contains("alice/1"));
  }

  @Test
  void joinFailsWhenRedisHasNoMemoryForTheIndex() {
    one.directory().create(ROOM);
    join(one, GroupId.all(), member("bob", 1));
    assertEquals("+OK\r\n", redis.command("CONFIG", "SET", "maxmemory", "1"));
    for (GroupId group : List.of(DEN, GroupId.user("alice"), GroupId.all())) {
      assertThrows(BackendException.class, () -> join(one, group, member("alice", 1)));
      assertEquals(0, members(group, "alice"), group.toString());
    }
    assertEquals("+OK\r\n", redis.command("CONFIG", "SET", "maxmemory", "0"));
  }

  @Test
  void thereIsNoMembershipWithoutAnIndexEntry() {
    assertEquals("+OK\r\n", redis.command("ACL", "SETUSER", "default", "-sadd"));
    assertThrows(BackendException.class, () -> join(one, GroupId.all(), member("alice", 1)));
    assertEquals(0, members(GroupId.all(), "alice"));
    assertEquals("+OK\r\n", redis.command("ACL", "SETUSER", "default", "+sadd"));
    join(one, GroupId.all(), member("alice", 1));
  }

  private long members(GroupId group, String user) {
    return two.presence().members(group, 100).stream()
        .filter(member -> member.user().equals(user))
        .count();
  }

  private String index(GroupId group) {
    String pattern = keys.index("*", group).replace("{", "[{]");
    Matcher key = Pattern.compile("ws:\\{\\d+}index:\\S+").matcher(redis.command("KEYS", pattern));
    assertTrue(key.find());
    return key.group();
  }

  @Test
  void scanSendsFewCommandsPerSecondHoweverManyMembersThereAre() {
    int users = 5_000;
    IntStream.range(0, users)
        .forEach(
            i -> {
              join(one, GroupId.user("user" + i), member("user" + i, 1));
              join(one, GroupId.all(), member("user" + i, 1));
            });
    long commandsBefore = commands();
    long secondsBefore = uptimeSeconds();
    Await.until("ten seconds of Redis", LONG, () -> uptimeSeconds() >= secondsBefore + 10);
    double perSecond = (double) (commands() - commandsBefore) / (uptimeSeconds() - secondsBefore);
    // Each of the two servers checks for writes, renews its lease and scans 103 partitions at most.
    assertTrue(perSecond < 260, perSecond + " commands a second");
  }

  private long uptimeSeconds() {
    return count("INFO", "uptime_in_seconds:(\\d+)");
  }

  /** Returns how many scripts have run: upkeep sends little else. */
  private long commands() {
    return IntStream.of(
            (int) count("commandstats", "cmdstat_evalsha:calls=(\\d+)"),
            (int) count("commandstats", "cmdstat_eval:calls=(\\d+)"))
        .sum();
  }

  private long count(String section, String pattern) {
    Matcher number =
        Pattern.compile(pattern)
            .matcher(
                section.equals("INFO")
                    ? redis.command("INFO", "server")
                    : redis.command("INFO", section));
    return number.find() ? Long.parseLong(number.group(1)) : 0;
  }
}
