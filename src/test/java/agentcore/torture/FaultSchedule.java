package agentcore.torture;

import agentcore.torture.Fault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The faults of a run, generated from a seed: the same seed gives the same faults at the same
 * times.
 *
 * <p>A track is a sequence of faults that do not overlap; tracks run in parallel. At most one
 * server is down at a time, so clients always have a server to resume on. If the store may lose
 * data, losses and server faults share one track and are far apart: a loss can only be reported
 * while a server still remembers what was lost.
 *
 * @param tracks the tracks, each in chronological order
 */
record FaultSchedule(List<List<Fault>> tracks) {
  private static final Kind[] OF_LINKS = {
    Kind.LINK_CUT,
    Kind.LINK_STALL,
    Kind.LINK_STALL_TO_SERVER,
    Kind.LINK_STALL_TO_CLIENT,
    Kind.LINK_SLOW
  };
  private static final Kind[] OF_REDIS = {Kind.REDIS_KILL, Kind.REDIS_PAUSE};
  private static final Kind[] OF_SERVERS = {Kind.SERVER_KILL, Kind.SERVER_STOP, Kind.SERVER_PAUSE};
  private static final Kind[] LOSSES = {Kind.REDIS_FLUSH, Kind.REDIS_ROLLBACK, Kind.REDIS_KILL};
  private static final Kind[] ABORTS = {Kind.CLIENT_ABORT};
  private static final Kind[] SLOW_READERS = {Kind.CLIENT_SLOW};

  /** Longer than the lease after which a silent server counts as dead. */
  private static final int LONG_MILLIS = 12_000;

  private static final int LONG_ONE_IN = 15;

  /** The minimum pause between a loss and a server fault. */
  private static final int APART_MILLIS = 6_000;

  /** Plans faults during which the store loses no data. */
  static FaultSchedule lossless(long seed, Duration time, int clients) {
    Planner planner = new Planner(seed, time);
    List<List<Fault>> tracks = new ArrayList<>();
    for (int link = 0; link < Cluster.SERVERS; link++) {
      tracks.add(planner.track(500, 4_000, LONG_ONE_IN, OF_LINKS, link, 1));
    }
    tracks.add(planner.track(3_000, 9_000, LONG_ONE_IN, OF_REDIS, 0, 1));
    tracks.add(planner.track(3_000, 9_000, LONG_ONE_IN, OF_SERVERS, 0, Cluster.SERVERS));
    tracks.add(planner.track(50, 500, 0, ABORTS, 0, clients));
    tracks.add(planner.track(50, 2_000, 0, SLOW_READERS, 0, clients));
    return new FaultSchedule(tracks);
  }

  /** Plans faults during which the store is emptied or rolled back. */
  static FaultSchedule lossy(long seed, Duration time, int clients) {
    Planner planner = new Planner(seed, time);
    List<List<Fault>> tracks = new ArrayList<>();
    for (int link = 0; link < Cluster.SERVERS; link++) {
      tracks.add(planner.track(1_000, 5_000, 0, OF_LINKS, link, 1));
    }
    tracks.add(planner.lossesAndServerFaults());
    tracks.add(planner.track(50, 500, 0, ABORTS, 0, clients));
    tracks.add(planner.track(50, 2_000, 0, SLOW_READERS, 0, clients));
    return new FaultSchedule(tracks);
  }

  /** Plans client faults only. */
  static FaultSchedule ofClients(long seed, Duration time, int clients) {
    Planner planner = new Planner(seed, time);
    return new FaultSchedule(
        List.of(
            planner.track(10, 100, 0, ABORTS, 0, clients),
            planner.track(10, 500, 0, SLOW_READERS, 0, clients)));
  }

  private static final class Planner {
    private final Random random;
    private final int endMillis;

    Planner(long seed, Duration time) {
      this.random = new Random(seed);
      this.endMillis = (int) time.toMillis();
    }

    /** Plans a sequence of faults with pauses, on targets from {@code first}. */
    List<Fault> track(
        int minPause, int maxPause, int longOneIn, Kind[] kinds, int first, int targets) {
      List<Fault> track = new ArrayList<>();
      int at = random.nextInt(minPause, maxPause);
      while (at < endMillis) {
        Kind kind = kinds[random.nextInt(kinds.length)];
        boolean isLong = longOneIn > 0 && random.nextInt(longOneIn) == 0;
        int length = isLong ? LONG_MILLIS : length(kind);
        track.add(fault(kind, at, length, first + random.nextInt(targets)));
        at += length + random.nextInt(minPause, maxPause);
      }
      return track;
    }

    /** Plans data losses and, between them, server faults. */
    List<Fault> lossesAndServerFaults() {
      List<Fault> track = new ArrayList<>();
      int at = random.nextInt(1_000, APART_MILLIS);
      boolean isLoss = random.nextBoolean();
      while (at < endMillis) {
        Kind[] kinds = isLoss ? LOSSES : OF_SERVERS;
        Kind kind = kinds[random.nextInt(kinds.length)];
        int length = length(kind);
        track.add(fault(kind, at, length, random.nextInt(Cluster.SERVERS)));
        boolean isNextLoss = random.nextBoolean();
        int pause = isLoss == isNextLoss ? APART_MILLIS / 3 : APART_MILLIS;
        at += length + pause + random.nextInt(1_000);
        isLoss = isNextLoss;
      }
      return track;
    }

    /** Returns a duration in milliseconds; short faults are more frequent than long ones. */
    private int length(Kind kind) {
      if (kind == Kind.CLIENT_ABORT || kind == Kind.REDIS_FLUSH) {
        return 0;
      }
      double part = random.nextDouble();
      return 50 + (int) (2_500 * part * part);
    }

    private static Fault fault(Kind kind, int atMillis, int lengthMillis, int target) {
      return new Fault(kind, Duration.ofMillis(atMillis), Duration.ofMillis(lengthMillis), target);
    }
  }
}
