package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.Config;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.Position;
import agentcore.core.backend.PublishResult;
import agentcore.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** What one thread publishes keeps its order though Redis forgets the scripts in the middle. */
class RedisOrderTest {
  private static final int CALLS = 40;

  /** A Redis that knows scripts by digest, and forgets them all after every third command. */
  private static final class Forgetful {
    final List<String> done = new ArrayList<>();
    private final List<Object> replies = new ArrayList<>();
    private boolean knows = true;
    private int commands;

    Connection connection() {
      return new Connection("nowhere", 1) {
        @Override
        public void sendCommand(CommandArguments command) {
          run(command);
        }

        @Override
        public List<Object> getMany(int count) {
          List<Object> taken = new ArrayList<>(replies);
          replies.clear();
          assertEquals(taken.size(), count);
          return taken;
        }
      };
    }

    private void run(CommandArguments command) {
      List<String> words = new ArrayList<>();
      for (Rawable word : command) {
        words.add(new String(word.getRaw(), java.nio.charset.StandardCharsets.UTF_8));
      }
      knows |= words.getFirst().equals("EVAL");
      if (knows) {
        done.add(words.getLast());
        replies.add(words.getLast());
      } else {
        replies.add(new JedisNoScriptException("NOSCRIPT No matching script"));
      }
      if (++commands % 3 == 0) {
        knows = false;
      }
    }
  }

  @Test
  void callsOfOneScriptAreCarriedOutOnceAndInTheirOrder() {
    List<RedisCall> calls =
        IntStream.range(0, CALLS)
            .mapToObj(i -> RedisCall.of(RedisScript.PUBLISH.text(), List.of(), "" + i))
            .toList();
    Forgetful redis = new Forgetful();
    List<String> expected = IntStream.range(0, CALLS).mapToObj(i -> "" + i).toList();
    assertEquals(expected, RedisCall.exchange(redis.connection(), calls));
    assertEquals(expected, redis.done);
  }

  @Test
  void messagesOfOneSenderKeepTheirOrderWhileScriptsAreFlushedAndAnotherServerLoadsThem() {
    try (RedisProcess redis = RedisProcess.start()) {
      BackendLimits limits = Config.defaults().backendLimits();
      try (RedisBackend one = new RedisBackend(redis.url(), "ws:", limits);
          RedisBackend two = new RedisBackend(redis.url(), "ws:", limits)) {
        one.start();
        two.start();
        GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
        GroupId other = new GroupId(GroupId.Kind.ROOM, "other");
        String text = "{\"text\":\"" + "x".repeat(3_000) + "\"}"; // several reads of Redis a burst
        Thread flusher = Thread.ofPlatform().start(() -> flush(redis));
        Thread talker = Thread.ofPlatform().start(() -> talk(two.log(), other));
        List<Long> seqs = new ArrayList<>();
        for (int burst = 0; burst < 60; burst++) {
          List<Supplier<PublishResult>> receipts = new ArrayList<>();
          for (int i = 0; i < 60; i++) {
            String id = burst + "-" + i;
            receipts.add(one.log().submit(room, Position.UNKNOWN, id, text, Optional.empty()));
          }
          receipts.forEach(receipt -> seqs.add(receipt.get().position().seq()));
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
            log.publish(room, Position.UNKNOWN, "id-" + i, "{}", Optional.empty());
      }
    } catch (BackendException interrupted) {
      // that is the end
    }
  }
}
