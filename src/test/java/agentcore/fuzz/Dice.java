package agentcore.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** Random choices; the same seed and batch give the same choices. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed, long batch) {
    random = new SplittableRandom(new SplittableRandom(seed).nextLong() + batch);
  }

  /** Returns a number from 0 up to, but excluding, {@code bound}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Returns a number from {@code low} to {@code high}, inclusive. */
  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** Returns one of the choices. */
  @SafeVarargs
  final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
