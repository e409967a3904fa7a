package agentcore.torture.history;

import agentcore.torture.history.Finding.Kind;
import agentcore.torture.history.History.Ack;
import agentcore.torture.history.History.Joined;
import agentcore.torture.history.History.Observation;
import agentcore.torture.history.History.Position;
import agentcore.torture.history.History.Reader;
import agentcore.torture.history.History.Reset;
import agentcore.torture.history.History.Resumed;
import agentcore.torture.history.History.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks a room's history against the delivery guarantee and reports every violation.
 *
 * <p>In every run: a reader's messages continue its earlier ones without a gap, or a reset comes in
 * between; a message has the same position and the same predecessor for every reader; no reader
 * receives a message twice; the messages of one sender that were sent once, and so in one order,
 * are in that order; a receipt says rightly whether the message was a duplicate. If the store loses
 * nothing, also: a position holds one message; a client id belongs to one message; every reader
 * receives all messages acknowledged since it joined; and no reader gets a reset.
 *
 * <p>A loss permits only the following: a position or a client id may belong to one message before
 * the loss and to another after it; an acknowledged message may be missing for a reader that got a
 * reset after the message was sent.
 *
 * <p>The history must be complete: every reader has caught up with the log when it ends.
 */
public final class HistoryChecker {
  /** How long after a loss a reader may still receive a message stored before it. */
  private static final long LATE_NANOS = Duration.ofSeconds(15).toNanos();

  private static final int CONTEXT_BEFORE = 3;
  private static final int CONTEXT_AFTER = 2;
  private static final int SHOWN = 10;

  private final History history;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Predecessor> predecessors = new HashMap<>();
  private final Map<String, Position> positions = new HashMap<>();
  private final Map<Position, Map<String, Long>> messagesAt = new HashMap<>();
  private final Map<String, Map<String, Long>> messagesOf = new HashMap<>();

  /** The message that a reader received before another, and whether it resumed in between. */
  private record Predecessor(String messageId, boolean isResumed) {}

  private HistoryChecker(History history) {
    this.history = history;
  }

  /** Returns all violations in a history. */
  public static List<Finding> check(History history) {
    HistoryChecker checker = new HistoryChecker(history);
    history.acks().forEach(checker::note);
    checker.checkSenders();
    checker.checkReceipts();
    history.readers().forEach(checker::follow);
    checker.messagesAt.forEach(
        (position, ids) -> checker.checkIsOne(Kind.ORDER, "at " + position + ":", ids));
    checker.messagesOf.forEach(
        (id, ids) -> checker.checkIsOne(Kind.DUPLICATE_ID, "id " + id + " was stored as", ids));
    history.readers().forEach(checker::checkNothingIsLost);
    return checker.findings;
  }

  /**
   * Checks all histories of a run.
   *
   * @param run a description of the run: its seed and its faults
   * @throws AssertionError with the first findings, if there are any
   */
  public static void assertNoFindings(String run, List<History> histories, Queue<String> problems) {
    List<String> all =
        Stream.concat(
                problems.stream(),
                histories.stream()
                    .flatMap(history -> check(history).stream())
                    .map(Finding::toString))
            .toList();
    if (!all.isEmpty()) {
      String first = all.stream().limit(SHOWN).collect(Collectors.joining("\n  "));
      throw new AssertionError(all.size() + " findings in " + run + "\nthe first:\n  " + first);
    }
  }

  private void note(Ack ack) {
    note(ack.position(), ack.messageId(), ack.clientId(), ack.ackedNanos());
  }

  private void note(Position position, String messageId, String clientId, long nanos) {
    Position other = positions.putIfAbsent(messageId, position);
    if (other != null && !other.equals(position)) {
      find(Kind.ORDER, messageId + " is at " + other + " and at " + position);
    }
    messagesAt
        .computeIfAbsent(position, p -> new HashMap<>(2))
        .merge(messageId, nanos, HistoryChecker::earlier);
    messagesOf
        .computeIfAbsent(clientId, c -> new HashMap<>(2))
        .merge(messageId, nanos, HistoryChecker::earlier);
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  /**
   * A sender's messages are in the order in which they were sent. Only after a loss may one be
   * before its predecessor: a server that knew nothing of the lost messages continues what the
   * store still has, perhaps an older state of the same epoch, until a server that knew them begins
   * a new epoch.
   */
  private void checkSenders() {
    Map<String, Ack> last = new HashMap<>();
    history.acks().stream()
        .filter(ack -> ack.sends() == 1 && !ack.isDuplicate())
        .sorted(Comparator.comparingLong(Ack::sentNanos))
        .forEach(
            ack -> {
              Ack before = last.put(ack.sender(), ack);
              if (before != null
                  && !ack.position().isAfter(before.position())
                  && !wasLost(before, ack)) {
                find(Kind.ORDER, before + " was sent before " + ack);
              }
            });
  }

  /**
   * A message that was sent once is no duplicate. If one was acknowledged several times, only the
   * first time it was new, unless the store lost it in between.
   */
  private void checkReceipts() {
    Map<String, Ack> first = new HashMap<>();
    history.acks().stream()
        .sorted(Comparator.comparingLong(Ack::ackedNanos))
        .forEach(
            ack -> {
              Ack before = first.putIfAbsent(ack.clientId(), ack);
              if (ack.isDuplicate() && ack.sends() == 1) {
                find(Kind.FALSE_RECEIPT, "duplicate, but sent once: " + ack);
              } else if (before != null && !ack.isDuplicate() && !wasLost(before, ack)) {
                find(Kind.FALSE_RECEIPT, "acknowledged as " + before + " and again as " + ack);
              }
            });
  }

  private boolean wasLost(Ack before, Ack after) {
    long from = before.sentNanos() - LATE_NANOS;
    return history.lossesNanos().stream()
        .anyMatch(t -> from - t <= 0 && t - after.ackedNanos() <= 0);
  }

  /** Checks one reader's observations, each against the one before. */
  private void follow(Reader reader) {
    Set<String> seenIds = new HashSet<>();
    Set<String> clientIds = new HashSet<>();
    Position last = new Position("", 0);
    String lastId = "";
    boolean isResumed = false;
    for (int i = 0; i < reader.observations().size(); i++) {
      switch (reader.observations().get(i)) {
        case Joined joined -> last = joined.position();
        case Resumed resumed -> isResumed = true;
        case Reset broken -> {
          if (history.lossesNanos().isEmpty()) {
            find(Kind.UNEXPECTED_RESET, broken.reason() + context(reader, i));
          }
          last = broken.position();
          lastId = "";
          isResumed = false;
          clientIds.clear();
        }
        case Seen seen -> {
          note(seen.position(), seen.messageId(), seen.clientId(), seen.nanos());
          if (!seenIds.add(seen.messageId())) {
            find(Kind.DUPLICATE, seen.messageId() + context(reader, i));
            continue;
          }
          if (!clientIds.add(seen.clientId())) {
            find(Kind.DUPLICATE_ID, seen.clientId() + context(reader, i));
          }
          if (!last.isFollowedBy(seen.position())) {
            find(gap(last, seen, isResumed), "after " + last + context(reader, i));
          } else if (!lastId.isEmpty()) {
            checkPredecessor(seen, new Predecessor(lastId, isResumed), reader, i);
          }
          last = seen.position();
          lastId = seen.messageId();
          isResumed = false;
        }
      }
    }
  }

  private static Kind gap(Position last, Seen seen, boolean isResumed) {
    if (isResumed) {
      return Kind.FALSE_RECOVERY;
    }
    boolean isBack =
        seen.position().epoch().equals(last.epoch()) && seen.position().seq() <= last.seq();
    return isBack ? Kind.ORDER : Kind.GAP;
  }

  private void checkPredecessor(Seen seen, Predecessor before, Reader reader, int at) {
    Predecessor known = predecessors.putIfAbsent(seen.messageId(), before);
    if (known != null && !known.messageId().equals(before.messageId())) {
      Kind kind = known.isResumed() || before.isResumed() ? Kind.FALSE_RECOVERY : Kind.ORDER;
      find(kind, "for other readers it follows " + known.messageId() + context(reader, at));
    }
  }

  /** Reports every pair of messages that no loss separates. */
  private void checkIsOne(Kind kind, String what, Map<String, Long> firstSeenNanos) {
    List<Map.Entry<String, Long>> inOrder = new ArrayList<>(firstSeenNanos.entrySet());
    inOrder.sort((a, b) -> Long.signum(a.getValue() - b.getValue()));
    for (int i = 1; i < inOrder.size(); i++) {
      long before = inOrder.get(i - 1).getValue() - LATE_NANOS;
      long after = inOrder.get(i).getValue();
      if (history.lossesNanos().stream().noneMatch(t -> before - t <= 0 && t - after <= 0)) {
        find(kind, what + " " + inOrder.get(i - 1).getKey() + " and " + inOrder.get(i).getKey());
      }
    }
  }

  private void checkNothingIsLost(Reader reader) {
    if (reader.observations().isEmpty()) {
      return; // it never joined
    }
    Set<String> seen = new HashSet<>();
    long lastResetNanos = reader.observations().getFirst().nanos();
    boolean wasReset = false;
    for (Observation observation : reader.observations()) {
      if (observation instanceof Seen message) {
        seen.add(message.messageId());
      } else if (observation instanceof Reset) {
        lastResetNanos = observation.nanos();
        wasReset = true;
      }
    }
    Observation joined = reader.observations().getFirst();
    for (Ack ack : history.acks()) {
      boolean isPromised =
          ack.sentNanos() - lastResetNanos > 0
              || (!wasReset && isBehind(joined.position(), ack.position()));
      if (isPromised && !seen.contains(ack.messageId())) {
        find(Kind.LOST, ack + " never reached " + reader.name());
      }
    }
  }

  private static boolean isBehind(Position joined, Position position) {
    return position.epoch().equals(joined.epoch()) && position.seq() > joined.seq();
  }

  private void find(Kind kind, String text) {
    findings.add(new Finding(kind, history.room(), text));
  }

  private static String context(Reader reader, int at) {
    List<Observation> observations = reader.observations();
    StringBuilder text = new StringBuilder(" as ").append(reader.name()).append(" saw it:");
    int end = Math.min(observations.size(), at + 1 + CONTEXT_AFTER);
    for (int i = Math.max(0, at - CONTEXT_BEFORE); i < end; i++) {
      text.append(i == at ? "\n    > " : "\n      ").append(observations.get(i));
    }
    return text.toString();
  }
}
