package agentcore.core.backend;

import java.util.List;

/**
 * What a read of a log gave.
 *
 * @param status whether the entries continue from where the reader stood
 * @param top the position of the log's newest entry
 * @param entries oldest first
 * @param more whether the log holds more of what was asked for
 */
public record LogPage(Status status, Position top, List<Entry> entries, boolean more) {
  /** Whether a log continues from a position. */
  public enum Status {
    /** It does. */
    OK,
    /** It is another log. */
    EPOCH,
    /** The position lies beyond the log's end: the log was rolled back. */
    AHEAD,
    /** The log no longer reaches back that far. */
    TRIMMED,
    /** Another entry stands at that place: rolled back, then grown again. */
    REWRITTEN
  }

  /** Copies the entries. */
  public LogPage {
    entries = List.copyOf(entries);
  }

  /** Returns a slice that says why there is nothing to continue with. */
  public static LogPage broken(Status status, Position top) {
    return new LogPage(status, top, List.of(), false);
  }
}
