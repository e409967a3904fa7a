package agentcore.fuzz;

import java.util.Map;

/** Sends batches of inputs and checks after each one that the healthy client still works. */
final class Fuzzer implements AutoCloseable {
  private final long seed;
  private final boolean limited;
  private final Batches batches;
  private final HttpBatches httpBatches;
  private final Healthy healthy;
  private long number;
  private Object sent = "";

  /** Creates a fuzzer and its healthy client; under a rate limit it sends requests only. */
  Fuzzer(int port, long seed, boolean limited, int maxBody) {
    this.seed = seed;
    this.limited = limited;
    this.batches = new Batches(port, limited);
    this.httpBatches = new HttpBatches(port, maxBody, batches.answers());
    this.healthy = new Healthy(port, limited);
  }

  /** Sends at least this many inputs. */
  void run(long inputs) {
    for (long done = 0; done < inputs; ) {
      number++;
      done += batch(new Dice(seed, number));
    }
  }

  private int batch(Dice dice) {
    try {
      sent = batches;
      int inputs = limited ? batches.requests(dice) : any(dice);
      healthy.check();
      return inputs;
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed %d, batch %d: %s; sent:%n%s".formatted(seed, number, e.getMessage(), sent), e);
    }
  }

  private int any(Dice dice) {
    return switch (dice.below(23)) {
      case 0, 1 -> batches.randomHeads(dice);
      case 2, 3, 4, 5, 6 -> batches.mutatedHeads(dice);
      case 7, 8, 9, 10, 11, 12, 13 -> batches.streams(dice);
      case 14, 15, 16 -> batches.texts(dice);
      case 17, 18, 19 -> httpStreams(dice);
      default -> batches.requests(dice);
    };
  }

  private int httpStreams(Dice dice) {
    sent = httpBatches;
    return httpBatches.streams(dice);
  }

  /** Only checks the healthy client. */
  void rest() {
    healthy.check();
  }

  /** Returns how often each answer came, to verify that inputs reach the code behind it. */
  Map<String, Integer> answers() {
    return batches.answers();
  }

  @Override
  public void close() {
    healthy.close();
  }
}
