package agentcore.core.backend.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.redis.link.Failure.Recovery;
import agentcore.core.backend.redis.link.Health.Side;
import agentcore.redis.Warnings;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

class HealthTest {
  private final JedisException lost = new JedisConnectionException("lost");
  private final JedisException full = new JedisDataException("OOM no memory");

  private final AtomicLong now = new AtomicLong(-1);
  private final Health health = new Health("Redis at health.test", now::get);
  private final Warnings warnings = new Warnings();

  @AfterEach
  void stop() {
    warnings.close();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
    health.reportEnded();
  }

  private int reports() {
    return warnings.count("health.test");
  }

  @Test
  void flappingLinkIsReportedOnceAtItsBeginningAndOnceAtItsEnd() {
    for (int i = 0; i < 20; i++) {
      Failure unused = health.failed(Side.COMMANDS, lost);
      unused = health.failed(Side.PUB_SUB, lost);
      pass(Duration.ofMillis(100));
      health.ended(Recovery.RECONNECT, Side.COMMANDS);
      health.ended(Recovery.RECONNECT, Side.PUB_SUB);
      pass(Duration.ofMillis(100));
    }
    assertEquals(1, reports());
    pass(Duration.ofMillis(2_899));
    assertEquals(1, reports());
    pass(Duration.ofMillis(1));
    assertEquals(2, reports());
    assertEquals(1, warnings.count("works again; \"is away\" lasted 3 s"));
    Failure unused = health.failed(Side.COMMANDS, lost);
    assertEquals(3, reports());
  }

  @Test
  void writesAreAcceptedAgainAfterBothSidesFoundRedisBusy() {
    JedisException busy = new JedisDataException("BUSY Redis is busy running a script");
    Failure unused = health.failed(Side.COMMANDS, busy);
    unused = health.failed(Side.PUB_SUB, busy);
    health.ended(Recovery.WAIT_FOR_WRITES, Side.values());
    pass(Duration.ofSeconds(3));
    assertFalse(health.refusesWrites());
    assertEquals(2, reports());
  }

  @Test
  void failureOfBothSidesEndsWithTheLastOfThem() {
    Failure unused = health.failed(Side.COMMANDS, lost);
    unused = health.failed(Side.PUB_SUB, lost);
    health.ended(Recovery.RECONNECT, Side.COMMANDS);
    pass(Duration.ofMinutes(1));
    assertEquals(1, reports());
    health.ended(Recovery.RECONNECT, Side.PUB_SUB);
    pass(Duration.ofSeconds(3));
    assertEquals(2, reports());
  }

  @Test
  void writesCountAsRefusedUntilTheEndIsReported() {
    assertFalse(health.refusesWrites());
    Failure unused = health.failed(Side.COMMANDS, full);
    assertTrue(health.refusesWrites());
    health.ended(Recovery.RECONNECT, Side.COMMANDS);
    pass(Duration.ofSeconds(3));
    assertTrue(health.refusesWrites());
    health.ended(Recovery.WAIT_FOR_WRITES, Side.values());
    pass(Duration.ofSeconds(2));
    assertTrue(health.refusesWrites());
    pass(Duration.ofSeconds(1));
    assertFalse(health.refusesWrites());
  }

  @Test
  void failureThatNothingEndsIsReportedAgainAfterAMinute() {
    for (int i = 0; i < 3; i++) {
      Failure unused = health.failed(Side.COMMANDS, new JedisDataException("ERR unknown command"));
      pass(Duration.ofSeconds(30));
    }
    assertEquals(2, reports());
  }
}
