package agentcore.core.message;

import java.util.Set;

/**
 * An event for a log, with what the log counts it by. A post with an author is unread for all other
 * users until they have read it.
 *
 * @param author the id of the user who wrote it, or another name, with a slash, that no user has;
 *     empty if it never counts as unread
 * @param mentions the ids of users whom the event may mention, at most 100; other names do no harm
 */
public record Post(Event event, String author, Set<String> mentions) {
  /** Returns a post that never counts as unread. */
  public static Post of(Event event) {
    return new Post(event, "", Set.of());
  }
}
