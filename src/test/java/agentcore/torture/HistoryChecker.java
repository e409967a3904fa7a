package agentcore.torture;

import agentcore.torture.Finding.Kind;
import agentcore.torture.History.Ack;
import agentcore.torture.History.Broken;
import agentcore.torture.History.Entered;
import agentcore.torture.History.Place;
import agentcore.torture.History.Reader;
import agentcore.torture.History.Resumed;
import agentcore.torture.History.Seen;
import agentcore.torture.History.Sight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Proves of a room's history what is promised, or names where it is not so.
 *
 * <p>Always: what a reader sees follows without a gap on what it saw before, or it was told of a
 * break; a message has one place and one predecessor for everybody; nobody sees it twice. While the
 * store loses nothing also: a place holds one message, a client's id is one message, every reader
 * sees all that was acknowledged since it entered, and nobody is told of a break.
 *
 * <p>A loss forgives exactly this: a place or a client's id may belong to one message before it and
 * to another after it; and an acknowledged message may be missing for a reader who was told of a
 * break after the message was sent.
 *
 * <p>The history has to be complete: every reader has caught up with the log when it ends.
 */
final class HistoryChecker {
  /** What was stored just before a loss is perhaps seen only so much later. */
  private static final long LATE_NANOS = Duration.ofSeconds(15).toNanos();

  private static final int CONTEXT_BEFORE = 3;
  private static final int CONTEXT_AFTER = 2;

  private final History history;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Predecessor> predecessors = new HashMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private final Map<Place, Map<String, Long>> messagesAt = new HashMap<>();
  private final Map<String, Map<String, Long>> messagesOf = new HashMap<>();

  /** Which message one reader saw before another, and whether it came back between the two. */
  private record Predecessor(String messageId, boolean isResumed) {}

  private HistoryChecker(History history) {
    this.history = history;
  }

  /** Returns all that is wrong with a history; nothing where it is as promised. */
  static List<Finding> check(History history) {
    HistoryChecker checker = new HistoryChecker(history);
    history.acks().forEach(checker::note);
    history.readers().forEach(checker::follow);
    checker.messagesAt.forEach(
        (place, ids) -> checker.checkIsOne(Kind.ORDER, "at " + place + " stand", ids));
    checker.messagesOf.forEach(
        (id, ids) -> checker.checkIsOne(Kind.ID_TWICE, "the id " + id + " was appended as", ids));
    history.readers().forEach(checker::checkNothingIsLost);
    return checker.findings;
  }

  private void note(Ack ack) {
    note(ack.place(), ack.messageId(), ack.clientId(), ack.ackedNanos());
  }

  private void note(Place place, String messageId, String clientId, long nanos) {
    Place other = places.putIfAbsent(messageId, place);
    if (other != null && !other.equals(place)) {
      find(Kind.ORDER, messageId + " stands at " + other + " and at " + place);
    }
    messagesAt
        .computeIfAbsent(place, p -> new HashMap<>(2))
        .merge(messageId, nanos, HistoryChecker::earlier);
    messagesOf
        .computeIfAbsent(clientId, c -> new HashMap<>(2))
        .merge(messageId, nanos, HistoryChecker::earlier);
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  /** Walks through what one reader saw, from each thing to the next. */
  private void follow(Reader reader) {
    Set<String> seenIds = new HashSet<>();
    Set<String> clientIds = new HashSet<>();
    Place last = new Place("", 0);
    String lastId = "";
    boolean isResumed = false;
    for (int i = 0; i < reader.sights().size(); i++) {
      switch (reader.sights().get(i)) {
        case Entered entered -> last = entered.place();
        case Resumed resumed -> isResumed = true;
        case Broken broken -> {
          if (history.lossesNanos().isEmpty()) {
            find(Kind.UNCALLED_BREAK, broken.reason() + context(reader, i));
          }
          last = broken.place();
          lastId = "";
          isResumed = false;
          clientIds.clear();
        }
        case Seen seen -> {
          note(seen.place(), seen.messageId(), seen.clientId(), seen.nanos());
          if (!seenIds.add(seen.messageId())) {
            find(Kind.TWICE, seen.messageId() + context(reader, i));
            continue;
          }
          if (!clientIds.add(seen.clientId())) {
            find(Kind.ID_TWICE, seen.clientId() + context(reader, i));
          }
          if (!last.isFollowedBy(seen.place())) {
            find(gap(last, seen, isResumed), "after " + last + context(reader, i));
          } else if (!lastId.isEmpty()) {
            checkPredecessor(seen, new Predecessor(lastId, isResumed), reader, i);
          }
          last = seen.place();
          lastId = seen.messageId();
          isResumed = false;
        }
      }
    }
  }

  private static Kind gap(Place last, Seen seen, boolean isResumed) {
    if (isResumed) {
      return Kind.FALSE_RECOVERY;
    }
    boolean isBack = seen.place().epoch().equals(last.epoch()) && seen.place().seq() <= last.seq();
    return isBack ? Kind.ORDER : Kind.HOLE;
  }

  private void checkPredecessor(Seen seen, Predecessor before, Reader reader, int at) {
    Predecessor known = predecessors.putIfAbsent(seen.messageId(), before);
    if (known != null && !known.messageId().equals(before.messageId())) {
      Kind kind = known.isResumed() || before.isResumed() ? Kind.FALSE_RECOVERY : Kind.ORDER;
      find(kind, "for others it is behind " + known.messageId() + context(reader, at));
    }
  }

  /** Only a loss can be the reason that there is more than one. */
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
    if (reader.sights().isEmpty()) {
      return; // it never came in
    }
    Set<String> seen = new HashSet<>();
    long lastBreakNanos = reader.sights().getFirst().nanos();
    boolean isBroken = false;
    for (Sight sight : reader.sights()) {
      if (sight instanceof Seen message) {
        seen.add(message.messageId());
      } else if (sight instanceof Broken) {
        lastBreakNanos = sight.nanos();
        isBroken = true;
      }
    }
    Sight entered = reader.sights().getFirst();
    for (Ack ack : history.acks()) {
      boolean isPromised =
          ack.sentNanos() - lastBreakNanos > 0
              || (!isBroken && isBehind(entered.place(), ack.place()));
      if (isPromised && !seen.contains(ack.messageId())) {
        find(Kind.LOST, ack + " never reached " + reader.name());
      }
    }
  }

  private static boolean isBehind(Place entered, Place place) {
    return place.epoch().equals(entered.epoch()) && place.seq() > entered.seq();
  }

  private void find(Kind kind, String text) {
    findings.add(new Finding(kind, history.room(), text));
  }

  private static String context(Reader reader, int at) {
    List<Sight> sights = reader.sights();
    StringBuilder text = new StringBuilder(" as ").append(reader.name()).append(" saw it:");
    int end = Math.min(sights.size(), at + 1 + CONTEXT_AFTER);
    for (int i = Math.max(0, at - CONTEXT_BEFORE); i < end; i++) {
      text.append(i == at ? "\n    > " : "\n      ").append(sights.get(i));
    }
    return text.toString();
  }
}
