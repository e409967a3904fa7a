package agentcore.client.unread;

import agentcore.client.connection.Frame;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The number of unread entries in a log, or of one person's entries in the user's log. The server
 * counts them up to a position, the base; the client receives the later ones and counts them
 * itself.
 */
public final class Tally {
  /** Nothing is unread. */
  static final Count NOTHING = new Count(0, 0);

  /** How many entries the user has not read, and how many of them mention the user. */
  public record Count(long unread, long mentions) {}

  /** An entry after the base and after the marker. */
  private record Later(long seq, boolean isMention) {}

  private static final int KEPT = 1000;

  /**
   * Whether the server has counted this log, and nothing has happened since that only the server
   * can count.
   */
  boolean isCounted;

  private final Deque<Later> later = new ArrayDeque<>();
  private String epoch = "";
  private long base;

  /** Up to the base. */
  private long unread;

  private long mentions;

  /** The read marker of these two numbers. */
  private long counted;

  private long marker;

  /** The newest read marker that the server has sent since the last count. */
  private long confirmed;

  /** Messages that are in no log, so that no marker reaches them. */
  private long unstored;

  /** Identifies the log that is counted; empty if it is not known yet. */
  String epoch() {
    return epoch;
  }

  /** Returns the seq up to which the user has read; 0 if nothing was ever read in this log. */
  long marker() {
    return marker;
  }

  Count count() {
    return new Count(unread + later.size() + unstored, allMentions());
  }

  private long allMentions() {
    return mentions + later.stream().filter(Later::isMention).count();
  }

  /** Returns whether an epoch is that of the log that is counted. */
  boolean isOf(String other) {
    return epoch.isEmpty() || epoch.equals(other);
  }

  /**
   * Takes over a count of the server up to a position. Returns whether the numbers are exact; they
   * are not if the server has sent a newer read marker while it counted. A marker that the server
   * has not confirmed yet needs no other count: its reply comes.
   */
  boolean take(String newEpoch, long seq, long newUnread, long newMentions, long newMarker) {
    if (!isOf(newEpoch)) {
      later.clear();
      marker = 0;
      confirmed = 0;
    }
    epoch = newEpoch;
    base = seq;
    unread = newUnread;
    mentions = newMentions;
    counted = newMarker;
    marker = Math.max(marker, newMarker);
    later.removeIf(entry -> entry.seq() <= seq);
    boolean isExact = read(marker) || confirmed <= newMarker;
    confirmed = 0;
    return isExact;
  }

  /** Adds an entry that another user wrote, unless the count contains it. */
  void add(Frame entry, boolean isMention) {
    if (!entry.has("seq")) {
      unstored++;
      return;
    }
    long seq = entry.number("seq");
    if (!epoch.equals(entry.text("epoch"))) {
      begin(entry.text("epoch"), seq - 1);
    }
    if (seq <= Math.max(base, marker)) {
      return;
    }
    later.add(new Later(seq, isMention));
    if (later.size() > KEPT) {
      Later oldest = later.remove(); // becomes a part of the count
      base = oldest.seq();
      unread++;
      mentions += oldest.isMention() ? 1 : 0;
    }
  }

  /**
   * Begins to count in another log. What was unread in the former one stays until the server
   * counts.
   */
  void begin(String newEpoch, long seq) {
    var unused = take(newEpoch, seq, unread + later.size(), allMentions(), 0);
  }

  /** Notes that the user has seen all messages that are in no log. */
  void see() {
    unstored = 0;
  }

  /**
   * Moves the read marker. Returns whether the numbers are exact; if not, the server has to count
   * again.
   */
  boolean read(long seq) {
    marker = Math.max(marker, seq);
    later.removeIf(entry -> entry.seq() <= seq);
    if (seq >= base) {
      unread = 0;
      mentions = 0;
    }
    return unread == 0 || seq <= counted;
  }

  /** The same for a read marker that the server has sent. */
  boolean confirm(long seq) {
    confirmed = Math.max(confirmed, seq);
    return read(seq);
  }

  /** Notes that the server did not take the last read marker. The next count decides. */
  void distrust() {
    marker = counted;
  }
}
