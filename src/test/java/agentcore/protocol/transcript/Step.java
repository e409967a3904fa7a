package agentcore.protocol.transcript;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.stream.Stream;

/** One step of a transcript: a line, or several that belong together. */
public sealed interface Step {
  /** Returns the file and line. */
  String place();

  /** Returns the frames that the server sends in this step. */
  default Stream<JsonElement> received() {
    return switch (this) {
      case Receives s -> s.frames().stream();
      case Asks s -> Stream.of(s.answer());
      default -> Stream.of();
    };
  }

  /** A client connects, with additional headers; a patient one retries while it is refused. */
  record Connects(String place, String who, String path, List<String> headers, boolean isPatient)
      implements Step {}

  /** A connect is refused with an HTTP status. */
  record Refused(String place, int status, String path, List<String> headers) implements Step {}

  /** A client sends a text message. */
  record Sends(String place, String who, String text) implements Step {}

  /** A client sends raw bytes. */
  record SendsBytes(String place, String who, byte[] bytes) implements Step {}

  /** A client receives these frames, in any order. */
  record Receives(String place, String who, List<JsonElement> frames) implements Step {}

  /** A client receives any frames up to this one. */
  record SkipsTo(String place, String who, JsonElement frame) implements Step {}

  /** A client repeats a request until this reply comes. */
  record Asks(String place, String who, String text, JsonElement answer) implements Step {}

  /** A client has nothing to read. */
  record Silent(String place, String who) implements Step {}

  /** A client closes the connection. */
  record Closes(String place, String who) implements Step {}

  /** A client resets the connection. */
  record Drops(String place, String who) implements Step {}

  /** The server closes a client's connection. */
  record Closed(String place, String who, int code) implements Step {}
}
