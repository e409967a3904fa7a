package agentcore.core.middleware;

import agentcore.core.message.ErrorCode;
import java.util.Optional;

/**
 * How the handling of a message ended.
 *
 * @param handled whether a handler saw it
 * @param error what the client was told, where it was an error
 */
public record Outcome(boolean handled, Optional<ErrorCode> error) {
  /** A handler did it. */
  public static final Outcome HANDLED = new Outcome(true, Optional.empty());

  /** A middleware dropped it. */
  public static final Outcome DROPPED = new Outcome(false, Optional.empty());

  /** The client was told of an error. */
  public static Outcome failed(ErrorCode code) {
    return new Outcome(false, Optional.of(code));
  }

  @Override
  public String toString() {
    return error.map(ErrorCode::name).orElse(handled ? "ok" : "dropped");
  }
}
