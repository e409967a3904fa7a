package agentcore.core.message;

import java.util.Optional;

/**
 * A text frame of a client. A frame that is no valid request is a message, too: it carries its
 * {@code fault} through the middleware, so that it is counted, logged and answered like all others.
 *
 * @param type the request's type; {@link #UNREADABLE} if it could not be read
 * @param data the request's fields; empty if there are none
 * @param id the client's id for this request, which every reply repeats
 * @param length the length of the frame's payload in bytes
 * @param fault why this is no valid request
 */
public record Message(
    String type, Fields data, Optional<String> id, int length, Optional<ClientException> fault) {

  /** The type of a request whose type could not be read. */
  public static final String UNREADABLE = "error";

  /** Returns the message for a frame that is no valid request. */
  public static Message unreadable(
      String type, Optional<String> id, int length, ClientException fault) {
    return new Message(type, Fields.NONE, id, length, Optional.of(fault));
  }
}
