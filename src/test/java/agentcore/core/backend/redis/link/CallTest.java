package agentcore.core.backend.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.exceptions.JedisNoScriptException;

class CallTest {
  private static final int CALLS = 40;

  /** A Redis that forgets all scripts after every third command. */
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
        words.add(new String(word.getRaw(), StandardCharsets.UTF_8));
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
  void callsOfOneScriptRunOnceAndInOrderThoughRedisForgetsIt() {
    List<Call> calls =
        IntStream.range(0, CALLS)
            .mapToObj(i -> Call.of(Call.ANY_SLOT, Script.load("publish"), List.of(), "" + i))
            .toList();
    Forgetful redis = new Forgetful();
    List<String> expected = IntStream.range(0, CALLS).mapToObj(i -> "" + i).toList();
    assertEquals(expected, Call.exchange(redis.connection(), calls));
    assertEquals(expected, redis.done);
  }
}
