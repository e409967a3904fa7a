package agentcore.core.backend;

import java.util.Map;

/**
 * How far a user has read a log.
 *
 * @param read the last entry that was read; {@link Position#UNKNOWN} if none was
 * @param byAuthor the same for the entries of one author, where that is kept apart
 */
public record ReadMarks(GroupId group, Position read, Map<String, Position> byAuthor) {
  /** Creates a mark that holds for all authors. */
  public ReadMarks(GroupId group, Position read) {
    this(group, read, Map.of());
  }
}
