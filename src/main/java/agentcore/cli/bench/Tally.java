package agentcore.cli.bench;

import java.util.Map;
import java.util.TreeMap;

/** Counts messages over the whole run, and latencies and rates over the measured part of it. */
final class Tally {
  private final Percentiles latency = new Percentiles();
  private final Percentiles lateness = new Percentiles();
  private final Map<String, Long> errors = new TreeMap<>();
  private long expected;
  private long delivered;
  private long duplicated;
  private long reordered;
  private long foreign;
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

  /** Counts sent messages, each of which this many readers should receive. */
  void sent(int messages, int readers) {
    expected += (long) messages * readers;
    sentMeasured += measuring ? messages : 0;
  }

  /** Counts how long after its due time a message was sent. */
  void late(long micros) {
    if (measuring) {
      lateness.add(micros);
    }
  }

  /** Counts a message that one reader received; latency counts if it was due while measuring. */
  void delivered(Receiver.Verdict verdict, long dueMicros, long readMicros) {
    if (verdict == Receiver.Verdict.DUPLICATE) {
      duplicated++;
      return;
    }
    if (verdict == Receiver.Verdict.REORDERED) {
      reordered++;
    }
    delivered++;
    deliveredMeasured += measuring ? 1 : 0;
    if (dueMicros >= fromMicros && dueMicros < untilMicros) {
      latency.add(readMicros - dueMicros);
    }
  }

  /** Counts a message from another room. */
  void foreign() {
    foreign++;
  }

  /** Counts a refused message, which this many readers will not receive. */
  void refused(String errorCode, int readers) {
    refused++;
    expected -= readers;
    errors.merge(errorCode, 1L, Long::sum);
  }

  Percentiles latency() {
    return latency;
  }

  Percentiles lateness() {
    return lateness;
  }

  Map<String, Long> errors() {
    return errors;
  }

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

  long ofOtherRooms() {
    return foreign;
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
