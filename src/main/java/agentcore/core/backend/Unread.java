package agentcore.core.backend;

import java.util.Map;

/**
 * What a user has not read in a log.
 *
 * @param top the position of the newest entry, up to which was counted; {@link Position#UNKNOWN}
 *     without a log
 * @param byAuthor how many entries of each other author were not read
 * @param mentions how many of these mention the user
 * @param lastMillis when the newest entry with an author was written, in milliseconds since 1970; 0
 *     if there was none
 */
public record Unread(Position top, Map<String, Integer> byAuthor, int mentions, long lastMillis) {
  /** What there is to read without a log. */
  public static final Unread NOTHING = new Unread(Position.UNKNOWN, Map.of(), 0, 0);

  /** Returns how many entries were not read. */
  public int count() {
    return byAuthor.values().stream().mapToInt(Integer::intValue).sum();
  }
}
