package agentcore.core.backend;

/**
 * What became of a publish.
 *
 * @param outcome whether it was appended now
 * @param position where it stands; for a conflict, where the other text stands
 */
public record PublishResult(Outcome outcome, Position position) {
  /** What became of a publish. */
  public enum Outcome {
    /** Appended, and told to every subscriber. */
    APPENDED,
    /** It was appended by an earlier request with the same id. */
    DUPLICATE,
    /** An earlier request with the same id had another text: nothing was appended. */
    CONFLICT
  }
}
