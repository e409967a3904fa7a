package agentcore.core.message;

import java.util.Optional;

/**
 * One text frame of a client, as far as it could be read.
 *
 * <p>A frame that is no valid request is a message too: it carries its {@code fault} through the
 * middleware, so that it is counted, logged and answered like every other.
 *
 * @param type the request's type, or {@code error} where it could not be read
 * @param data the request's fields, empty where there are none
 * @param id the client's id for this request, which every direct reply repeats
 * @param length the length of the frame's text, in UTF-16 code units
 * @param fault why this is no valid request
 */
public record Message(
    String type, Fields data, Optional<String> id, int length, Optional<ClientException> fault) {

  /** The type that an error names where the request's own could not be read. */
  public static final String UNREADABLE = "error";

  /** Makes a message from a frame that is no valid request. */
  public static Message unreadable(
      String type, Optional<String> id, int length, ClientException fault) {
    return new Message(type, Fields.NONE, id, length, Optional.of(fault));
  }
}
