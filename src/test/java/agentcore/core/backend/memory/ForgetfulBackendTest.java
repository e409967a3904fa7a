package agentcore.core.backend.memory;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendContractTest;
import agentcore.core.backend.BackendLimits;
import agentcore.exercises.ForgetfulBackend;
import agentcore.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract detects a store that loses one entry in a hundred. */
class ForgetfulBackendTest {
  private final Tried contract = new Tried();

  /** Runs the contract's tests, which must fail. */
  private static final class Tried extends BackendContractTest {
    private final ManualClock clock = new ManualClock();
    private MemoryBackend memory = new MemoryBackend(LIMITS, clock, clock);
    private Backend backend = memory;

    @Override
    public Backend open(BackendLimits limits) {
      memory = new MemoryBackend(limits, clock, clock);
      backend = managed(new ForgetfulBackend(memory));
      return backend;
    }

    @Override
    public Backend another() {
      return backend;
    }

    @Override
    public void pass(Duration time) {
      clock.advance(time);
      memory.sweep();
    }

    @Override
    public Instant now() {
      return clock.instant();
    }
  }

  @AfterEach
  void close() {
    contract.closeAll();
  }

  @Test
  void backendThatForgetsFailsTheContractOfALog() {
    assertThrows(
        AssertionError.class, contract::allSubscribersReceiveOneOrderWithoutGapsFromManyPublishers);
  }

  @Test
  void testsWithFewerThanAHundredEntriesCannotSeeIt() {
    assertDoesNotThrow(contract::readIsPagedByEntries);
    assertDoesNotThrow(contract::capacityHoldsForConcurrentJoins);
  }
}
