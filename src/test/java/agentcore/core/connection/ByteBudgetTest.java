package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Together;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  @Test
  void takesOnlyWhatIsLeft() {
    ByteBudget budget = new ByteBudget(10);
    assertTrue(budget.tryTake(10));
    assertFalse(budget.tryTake(1));
    assertEquals(10, budget.taken());
    budget.give(4);
    assertTrue(budget.tryTake(4));
  }

  @Test
  void concurrentTakersDoNotExceedTheLimit() {
    ByteBudget budget = new ByteBudget(10);
    int taken = Collections.frequency(Together.run(16, i -> budget.tryTake(1)), true);
    assertTrue(taken <= 10);
    assertEquals(taken, budget.taken());
  }
}
