package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Member;
import agentcore.core.backend.Position;
import agentcore.core.backend.RecordingSubscriber;
import agentcore.core.backend.Store;
import agentcore.core.backend.redis.cluster.Topology;
import agentcore.testkit.Await;
import agentcore.testkit.RedisCluster;
import agentcore.testkit.RedisProcess;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartialOutageTest {
  private final Keys keys = new Keys("ws:", 0);

  /** Returns a room on a primary. */
  private GroupId room(RedisCluster redis, RedisProcess primary) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> new GroupId(GroupId.Kind.ROOM, "room-" + i))
        .filter(room -> redis.owner(Topology.slot(keys.log(room))) == primary)
        .findFirst()
        .orElseThrow();
  }

  private static String publish(RedisBackend backend, GroupId room, String id) {
    PublishResult result =
        backend.log().publish(room, Position.UNKNOWN, new Draft(id, "{}"), Optional.empty());
    return result.outcome().name();
  }

  @Test
  void roomsOfOtherPrimariesGoOn() {
    try (RedisCluster redis = RedisCluster.start();
        RedisBackend backend = new RedisBackend(redis.url(), "ws:", Store.LIMITS)) {
      backend.start();
      RedisProcess home = redis.owner(Topology.slot(keys.servers()));
      RedisProcess away =
          redis.primaries().stream().filter(p -> p != home).findFirst().orElseThrow();
      RedisProcess replica = redis.replicaOf(away).orElseThrow();
      GroupId here = room(redis, home);
      GroupId there = room(redis, away);
      RecordingSubscriber heard = RecordingSubscriber.of(backend, there);
      Await.until("a probe", backend::isDelivering);
      Member member = new Member("alice/1", "alice", "");
      backend.presence().join(GroupId.user("alice"), member, 1, Optional.empty());
      assertEquals("APPENDED", publish(backend, there, "1"));
      replica.kill();
      away.kill();
      long startNanos = System.nanoTime();
      for (int i = 0; i < 3; i++) {
        assertThrows(BackendException.class, () -> publish(backend, there, "refused"));
        assertEquals("APPENDED", publish(backend, here, "here-" + i));
      }
      assertTrue(System.nanoTime() - startNanos < 60_000_000_000L);
      Await.until("readiness to say so", () -> backend.partsAway() == 1);
      assertTrue(backend.isDelivering());
      away.restart();
      replica.restart();
      Await.until("the rest", () -> backend.partsAway() == 0 && isPublished(backend, there));
      assertTrue(heard.gaps() > 0, "the subscriber learns that it may have missed something");
      redis.awaitHealthy();
    }
  }

  private static boolean isPublished(RedisBackend backend, GroupId room) {
    try {
      return publish(backend, room, "back").equals("APPENDED");
    } catch (BackendException away) {
      return false;
    }
  }
}
