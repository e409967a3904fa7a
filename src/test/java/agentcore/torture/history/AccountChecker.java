package agentcore.torture.history;

import agentcore.torture.history.AccountHistory.Listing;
import agentcore.torture.history.AccountHistory.Marker;
import agentcore.torture.history.AccountHistory.Move;
import agentcore.torture.history.AccountHistory.Request;
import agentcore.torture.history.AccountHistory.Row;
import agentcore.torture.history.Finding.Kind;
import agentcore.torture.history.History.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Checks what a user was told of read markers, unread messages and rooms, and reports every
 * violation.
 *
 * <p>In every run: within an epoch, the markers that other devices moved arrive on a connection in
 * rising order; and the answer to a request that was sent after any device had received a marker is
 * not before that marker, unless the store lost data in between.
 *
 * <p>If the store loses nothing, also: each list counts exactly the messages of others between the
 * marker and the position that the list itself names, and those of them that mention the user; a
 * conversation is missing from it only if nobody asked for a marker that leaves something unread;
 * the last list has the ends of the logs; a room is in the list if the last request about it that
 * was answered joined it, and is not if that left it. Where requests overlap, both is right.
 */
public final class AccountChecker {
  /** How long a server may still handle a request whose connection was lost. */
  private static final long LATE_NANOS = Duration.ofSeconds(15).toNanos();

  private final AccountHistory history;
  private final UnreadCounts counts;
  private final List<Finding> findings = new ArrayList<>();

  private AccountChecker(AccountHistory history) {
    this.history = history;
    this.counts = new UnreadCounts(history);
  }

  /** Returns all violations in a history. */
  public static List<Finding> check(AccountHistory history) {
    AccountChecker checker = new AccountChecker(history);
    checker.checkEvents();
    checker.checkAnswers();
    if (history.lossesNanos().isEmpty()) {
      history.listings().forEach(checker::checkUnread);
      history.listings().forEach(checker::checkRooms);
    }
    return checker.findings;
  }

  /** The markers that other devices moved arrive in order on each connection. */
  private void checkEvents() {
    Map<List<String>, Marker> last = new HashMap<>();
    for (Marker marker : history.markers()) {
      if (marker.sentNanos().isEmpty()) {
        Marker before = last.put(List.of(marker.connection(), marker.target()), marker);
        if (before != null && isBack(before, marker.position(), marker.receivedNanos())) {
          find(Kind.MARKER_BACK, before + " was followed by " + marker);
        }
      }
    }
  }

  /** What any device has received, later requests of all devices find. */
  private void checkAnswers() {
    List<Reached> questions = new ArrayList<>();
    for (Marker marker : history.markers()) {
      marker
          .sentNanos()
          .ifPresent(
              sent ->
                  questions.add(
                      new Reached(
                          marker.target(),
                          marker.position(),
                          sent,
                          marker.receivedNanos(),
                          marker.toString())));
    }
    for (Listing listing : history.listings()) {
      listing
          .rows()
          .forEach(
              (target, row) ->
                  questions.add(
                      new Reached(
                          target,
                          new Position(row.position().epoch(), row.readSeq().orElse(0)),
                          listing.sentNanos(),
                          listing.receivedNanos(),
                          row + " in the list for " + listing.connection())));
    }
    questions.sort(Comparator.comparingLong(Reached::sentNanos));
    List<Marker> known = new ArrayList<>(history.markers());
    known.sort(Comparator.comparingLong(Marker::receivedNanos));
    Map<List<String>, Marker> highest = new HashMap<>();
    int next = 0;
    for (Reached question : questions) {
      while (next < known.size() && known.get(next).receivedNanos() - question.sentNanos() < 0) {
        Marker marker = known.get(next++);
        highest.merge(
            List.of(marker.target(), marker.position().epoch()),
            marker,
            (a, b) -> a.position().seq() >= b.position().seq() ? a : b);
      }
      Marker before = highest.get(List.of(question.target(), question.position().epoch()));
      if (before != null && isBack(before, question.position(), question.receivedNanos())) {
        find(Kind.MARKER_BACK, before + " was known before the request for " + question.text());
      }
    }
  }

  /** A marker in the answer to a request. */
  private record Reached(
      String target, Position position, long sentNanos, long receivedNanos, String text) {}

  private boolean isBack(Marker before, Position position, long untilNanos) {
    long from = before.receivedNanos() - LATE_NANOS;
    return position.isSameEpoch(before.position())
        && position.seq() < before.position().seq()
        && history.lossesNanos().stream().noneMatch(t -> from - t <= 0 && t - untilNanos <= 0);
  }

  private void checkUnread(Listing listing) {
    listing.rows().forEach((target, row) -> checkUnread(target, row, listing));
    for (String author : counts.authorsIn(history.inbox())) {
      String target = AccountHistory.peer(author);
      long asked = highestRequest(target, listing.receivedNanos());
      int least = counts.of(history.inbox(), author, asked, listing.inbox().seq());
      if (!listing.rows().containsKey(target) && least > 0) {
        find(Kind.FALSE_UNREAD, "without " + least + " " + target + ": " + listing);
      }
    }
    if (listing.isLast()) {
      checkEnd(history.inbox(), listing.inbox());
    }
  }

  private void checkUnread(String target, Row row, Listing listing) {
    String log = history.logOf(target);
    long read = row.readSeq().orElse(0);
    long top = row.position().seq();
    int unread =
        AccountHistory.peerOf(target)
            .map(author -> counts.of(log, author, read, top))
            .orElseGet(() -> counts.ofOthers(log, read, top));
    if (row.unread() != unread) {
      find(Kind.FALSE_UNREAD, target + " has " + unread + " unread: " + row + at(listing));
    }
    int mentions = counts.ofMentions(log, read, top);
    if (row.mentions().isPresent() && row.mentions().get() != mentions) {
      find(Kind.FALSE_UNREAD, target + " has " + mentions + " mentions: " + row + at(listing));
    }
    if (listing.isLast()) {
      checkEnd(log, row.position());
    }
  }

  private static String at(Listing listing) {
    return (listing.isLast() ? " at the end" : "") + " for " + listing.connection();
  }

  private void checkEnd(String log, Position position) {
    if (position.seq() != counts.end(log)) {
      find(Kind.FALSE_UNREAD, log + " ends at " + counts.end(log) + ", not " + position);
    }
  }

  private long highestRequest(String target, long untilNanos) {
    return history.requests().stream()
        .filter(request -> request.target().equals(target))
        .filter(request -> request.sentNanos() - untilNanos <= 0)
        .mapToLong(Request::seq)
        .max()
        .orElse(0);
  }

  private void checkRooms(Listing listing) {
    Set<String> rooms = new HashSet<>();
    history.moves().forEach(move -> rooms.add(move.room()));
    for (String room : rooms) {
      Optional<Move> last = lastBefore(listing, room);
      boolean isThere = listing.rows().containsKey(room);
      if (last.isPresent()
          && last.get().isJoin() != isThere
          && history.moves().stream()
              .filter(move -> move.room().equals(room) && move.isJoin() == isThere)
              .noneMatch(move -> overlaps(move, last.get(), listing))) {
        find(Kind.FALSE_ROOMS, (isThere ? "with " : "without ") + last.get() + at(listing));
      }
    }
  }

  /** Returns the last request about a room that was answered before a list was requested. */
  private Optional<Move> lastBefore(Listing listing, String room) {
    return history.moves().stream()
        .filter(move -> move.room().equals(room))
        .filter(move -> isBefore(move.answeredNanos(), listing.sentNanos()))
        .max(Comparator.comparingLong(move -> move.answeredNanos().getAsLong()));
  }

  private static boolean isBefore(OptionalLong nanos, long other) {
    return nanos.isPresent() && nanos.getAsLong() - other < 0;
  }

  /** Tests whether a request may have been handled between another one and the list. */
  private static boolean overlaps(Move move, Move last, Listing listing) {
    long endNanos = move.answeredNanos().orElse(move.sentNanos() + LATE_NANOS);
    return move.sentNanos() - listing.receivedNanos() <= 0 && endNanos - last.sentNanos() >= 0;
  }

  private void find(Kind kind, String text) {
    findings.add(new Finding(kind, "the account of " + history.user(), text));
  }
}
