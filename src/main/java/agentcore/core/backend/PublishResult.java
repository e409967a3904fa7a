package agentcore.core.backend;

/**
 * The result of a publish.
 *
 * @param position of the entry; for a conflict, of the entry with the other text
 */
public record PublishResult(Outcome outcome, Position position) {
  /** Whether an entry was appended. */
  public enum Outcome {
    /** Appended, and sent to every subscriber. */
    APPENDED,
    /** An earlier request with the same id appended it. */
    DUPLICATE,
    /** An earlier request with the same id had another text: nothing was appended. */
    CONFLICT
  }
}
