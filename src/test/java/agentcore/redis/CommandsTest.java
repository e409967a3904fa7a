package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServers;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The commands that a published message costs Redis. */
class CommandsTest {
  private static final int MESSAGES = 1_000;

  /** Allows for the upkeep of two servers and for loading scripts. */
  private static final int UPKEEP = 60;

  private int upkeep;

  @Test
  void publishingRunsOneScriptAndOnePublish() {
    try (RedisProcess redis = RedisProcess.start();
        TestServers servers =
            TestServers.start(
                2,
                Map.of("RATE_LIMIT_MESSAGES", "100000", "RATE_LIMIT_BURST", "100000"),
                RedisStore.on(redis.port()));
        Guest alice = Guest.connect(servers.get(0).port(), "alice");
        Guest bob = Guest.connect(servers.get(1).port(), "bob")) {
      alice.say("lobby", "learn the scripts");
      redis.command("CONFIG", "RESETSTAT");
      long start = System.nanoTime();
      for (int i = 0; i < MESSAGES; i++) {
        alice.tell("chat_message", Guest.saying("lobby", "message " + i));
      }
      bob.awaitText("message " + (MESSAGES - 1));
      String stats = redis.command("INFO", "commandstats");
      upkeep = UPKEEP * (1 + (int) ((System.nanoTime() - start) / 1_000_000_000));
      assertBetween(MESSAGES, calls(stats, "evalsha"));
      assertBetween(MESSAGES, calls(stats, "xadd"));
      assertBetween(MESSAGES, calls(stats, "spublish"));
      assertBetween(0, calls(stats, "eval")); // each script is sent once, unless Redis knows it
      // If the publisher's position is older than the log, the script looks it up.
      assertTrue(calls(stats, "xrange") <= MESSAGES);
      // Clients have sent only scripts and the upkeep's commands.
      int inside = calls(stats, "evalsha");
      assertBetween(0, callsFromOutside(stats) - inside);
    }
  }

  private void assertBetween(int messages, int calls) {
    assertTrue(calls >= messages && calls <= messages + upkeep, calls + " for " + messages);
  }

  /** Commands that no script runs. */
  private static int callsFromOutside(String stats) {
    int sum = 0;
    Matcher line = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)").matcher(stats);
    while (line.find()) {
      if (!line.group(1)
          .matches("time|hmget|hset|hget|xadd|xrange|xrevrange|pexpire|spublish|z.*")) {
        sum += Integer.parseInt(line.group(2));
      }
    }
    return sum;
  }

  private static int calls(String stats, String command) {
    Matcher line = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(stats);
    return line.find() ? Integer.parseInt(line.group(1)) : 0;
  }
}
