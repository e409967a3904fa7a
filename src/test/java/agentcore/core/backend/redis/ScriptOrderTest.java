package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.Config;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Position;
import agentcore.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Entries keep the order of their publisher while Redis forgets its scripts. */
class ScriptOrderTest {
  @Test
  void entriesOfOnePublisherKeepTheirOrderWhileScriptsAreFlushedAndAnotherServerLoadsThem() {
    try (RedisProcess redis = RedisProcess.start()) {
      BackendLimits limits = Config.defaults().backendLimits();
      try (RedisBackend one = new RedisBackend(redis.url(), "ws:", limits);
          RedisBackend two = new RedisBackend(redis.url(), "ws:", limits)) {
        one.start();
        two.start();
        GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
        GroupId other = new GroupId(GroupId.Kind.ROOM, "other");
        String text =
            "{\"text\":\"" + "x".repeat(3_000) + "\"}"; // Redis needs several reads for a burst
        Thread flusher = Thread.ofPlatform().start(() -> flush(redis));
        Thread talker = Thread.ofPlatform().start(() -> talk(two.log(), other));
        List<Long> seqs = new ArrayList<>();
        for (int burst = 0; burst < 60; burst++) {
          List<Supplier<PublishResult>> results = new ArrayList<>();
          for (int i = 0; i < 60; i++) {
            String id = burst + "-" + i;
            results.add(
                one.log().submit(room, Position.UNKNOWN, new Draft(id, text), Optional.empty()));
          }
          results.forEach(result -> seqs.add(result.get().position().seq()));
        }
        flusher.interrupt();
        talker.interrupt();
        flusher.join();
        talker.join();
        assertEquals(IntStream.rangeClosed(1, 3_600).mapToObj(i -> (long) i).toList(), seqs);
      } catch (InterruptedException stop) {
        throw new AssertionError(stop);
      }
    }
  }

  private static void flush(RedisProcess redis) {
    while (!Thread.currentThread().isInterrupted()) {
      String unused = redis.command("SCRIPT", "FLUSH");
    }
  }

  private static void talk(Log log, GroupId room) {
    try {
      for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
        PublishResult unused =
            log.publish(room, Position.UNKNOWN, new Draft("id-" + i, "{}"), Optional.empty());
      }
    } catch (BackendException interrupted) {
      // the test is over
    }
  }
}
