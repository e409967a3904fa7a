package agentcore.torture;

import agentcore.testkit.Await;
import agentcore.torture.history.HistoryChecker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Two servers on a store of several Redis processes, in which one thing fails after the other. The
 * next fault comes when messages flow in all rooms again and the store is complete.
 *
 * <p>Each fault happens once, in random order; with {@code -Dagentcore.seconds=} they go on for
 * that long. {@code -Dagentcore.seed=} repeats an order.
 */
final class StoreTorture {
  private static final int ROOMS = 12;
  private static final int PER_ROOM = 4;
  private static final int PER_SECOND = 20;
  private static final Duration PATIENCE = Await.DEADLINE;

  private final String name;
  private final String url;
  private final Runnable awaitHealthy;
  private final List<Act> acts;
  private final Random random;
  private final List<Long> lossesNanos = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> healMillis = new ArrayList<>();
  private final StringBuilder log = new StringBuilder();

  /**
   * A fault that begins and ends.
   *
   * @param isLossy whether the store may lose messages by it
   */
  record Act(String name, boolean isLossy, Step step) {}

  /** What a fault does. */
  @FunctionalInterface
  interface Step {
    void run(ServerPair servers, Random random);
  }

  /**
   * Creates a run.
   *
   * @param awaitHealthy waits until every process of the store does its part
   */
  StoreTorture(String name, String url, Runnable awaitHealthy, List<Act> acts) {
    this.name = name;
    this.url = url;
    this.awaitHealthy = awaitHealthy;
    this.acts = acts;
    long seed = Long.getLong("agentcore.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    this.random = new Random(seed);
    log.append(name).append(", seed ").append(seed).append('\n');
  }

  void run() {
    long startNanos = System.nanoTime();
    long endNanos = startNanos + Duration.ofSeconds(Long.getLong("agentcore.seconds", 0)).toNanos();
    try (ServerPair servers = new ServerPair(url);
        Crowd crowd = new Crowd(servers, ROOMS, PER_ROOM, PER_SECOND, random.nextLong())) {
      do {
        List<Act> round = new ArrayList<>(acts);
        Collections.shuffle(round, random);
        round.forEach(act -> run(act, servers, crowd));
      } while (endNanos - System.nanoTime() > 0);
      crowd.finish(PATIENCE);
      Collections.sort(healMillis);
      System.out.printf(
          "%s%s: %d messages acknowledged, %d faults in %d s, healed after %d ms in the median,"
              + " %d ms at most%n",
          log,
          name,
          crowd.acknowledged(),
          healMillis.size(),
          (System.nanoTime() - startNanos) / 1_000_000_000,
          healMillis.get(healMillis.size() / 2),
          healMillis.getLast());
      HistoryChecker.assertNoFindings(
          log + servers.get(0).output() + servers.get(1).output(),
          crowd.histories(lossesNanos),
          crowd.problems());
    }
  }

  private void run(Act act, ServerPair servers, Crowd crowd) {
    awaitTraffic(crowd, System.nanoTime());
    long beganNanos = System.nanoTime();
    if (act.isLossy()) {
      lossesNanos.add(beganNanos);
    }
    act.step().run(servers, random);
    long endedNanos = System.nanoTime();
    if (act.isLossy()) {
      lossesNanos.add(endedNanos);
    }
    try {
      awaitTraffic(crowd, endedNanos);
      awaitHints(crowd, servers);
    } catch (AssertionError ill) {
      throw new AssertionError(
          log + act.name() + " does not end\n" + servers.get(0).output() + servers.get(1).output(),
          ill);
    }
    long healed = (System.nanoTime() - endedNanos) / 1_000_000;
    healMillis.add(healed);
    log.append(
        "  %-28s lasted %6d ms, healed %5d ms after its end%n"
            .formatted(act.name(), (endedNanos - beganNanos) / 1_000_000, healed));
    try {
      awaitHealthy.run();
    } catch (AssertionError ill) {
      throw new AssertionError(log + "the store does not recover", ill);
    }
  }

  /**
   * Waits until messages arrive by pub/sub: a server that hears nothing in one of the rooms reads
   * its log instead. On a busy machine a few are always late, and read.
   */
  private static void awaitHints(Crowd crowd, ServerPair servers) {
    Await.until(
        "messages that the servers need not read from a log",
        PATIENCE,
        () -> {
          long readBefore = servers.messagesReadFromLogs();
          int storedBefore = crowd.acknowledged();
          awaitTraffic(crowd, System.nanoTime());
          long read = servers.messagesReadFromLogs() - readBefore;
          return read * 50 <= crowd.acknowledged() - storedBefore;
        });
  }

  /** Waits until each sender has an acknowledgement of a message that it sent after a time. */
  private static void awaitTraffic(Crowd crowd, long sinceNanos) {
    Await.until(
        "messages from all",
        PATIENCE,
        () ->
            crowd.clients().stream()
                .filter(TortureClient::isTalking)
                .allMatch(client -> client.writer().hasSentSince(sinceNanos)));
  }
}
