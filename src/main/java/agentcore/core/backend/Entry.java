package agentcore.core.backend;

/**
 * One message in a log.
 *
 * @param epoch which log
 * @param seq the place in it, from 1, without holes
 * @param id of the server's making, unique
 * @param text the event, complete but for the three fields above
 */
public record Entry(String epoch, long seq, String id, String text) {
  /** Returns the position after this entry. */
  public Position position() {
    return new Position(epoch, seq, id);
  }
}
