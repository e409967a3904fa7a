package agentcore.cli.bench;

import java.util.Map;
import java.util.TreeMap;

/** Counts, over the whole run and over the measured part of it. */
final class Tally {
  private final Histogram latency = new Histogram();
  private final Histogram lateness = new Histogram();
  private final Map<String, Long> errors = new TreeMap<>();
  private long expected;
  private long delivered;
  private long duplicated;
  private long reordered;
  private long strange;
  private long refused;
  private long sentMeasured;
  private long deliveredMeasured;
  private long fromMicros = Long.MAX_VALUE;
  private long untilMicros = Long.MAX_VALUE;
  private boolean measuring;

  void measureFrom(long micros) {
    fromMicros = micros;
    measuring = true;
  }

  void measureUntil(long micros) {
    untilMicros = micros;
    measuring = false;
  }

  /** Counts messages that each of so many readers is to get. */
  void sent(int messages, int readers) {
    expected += (long) messages * readers;
    sentMeasured += measuring ? messages : 0;
  }

  /** Counts by how much a message was sent later than it was due. */
  void late(long micros) {
    if (measuring) {
      lateness.add(micros);
    }
  }

  /** Counts a message that one reader got. What was due while measuring may come later. */
  void delivered(Checker.Verdict verdict, long dueMicros, long readMicros) {
    if (verdict == Checker.Verdict.DUPLICATE) {
      duplicated++;
      return;
    }
    if (verdict == Checker.Verdict.REORDERED) {
      reordered++;
    }
    delivered++;
    deliveredMeasured += measuring ? 1 : 0;
    if (dueMicros >= fromMicros && dueMicros < untilMicros) {
      latency.add(readMicros - dueMicros);
    }
  }

  /** Counts a message of another room. */
  void strange() {
    strange++;
  }

  /** Counts a refused message, that so many readers will not get. */
  void refused(String errorCode, int readers) {
    refused++;
    expected -= readers;
    errors.merge(errorCode, 1L, Long::sum);
  }

  Histogram latency() {
    return latency;
  }

  Histogram lateness() {
    return lateness;
  }

  Map<String, Long> errors() {
    return errors;
  }

  /** Returns how many deliveries there should have been by now; less than none is none. */
  long expected() {
    return expected;
  }

  long delivered() {
    return delivered;
  }

  long lost() {
    return Math.max(0, expected - delivered);
  }

  long duplicated() {
    return duplicated;
  }

  long reordered() {
    return reordered;
  }

  long strangers() {
    return strange;
  }

  long refusals() {
    return refused;
  }

  long sentMeasured() {
    return sentMeasured;
  }

  long deliveredMeasured() {
    return deliveredMeasured;
  }
}
