package agentcore.protocol;

import com.google.gson.JsonElement;
import java.util.List;

/** One line of a transcript, or several that belong together. */
sealed interface Step {
  /** Returns where it stands: file and line. */
  String place();

  /** Someone connects, with more headers than are needed. */
  record Connects(String place, String who, String path, List<String> headers) implements Step {}

  /** A connect is answered by HTTP. */
  record Refused(String place, int status, String path, List<String> headers) implements Step {}

  /** Someone sends a text. */
  record Sends(String place, String who, String text) implements Step {}

  /** Someone sends bytes. */
  record SendsBytes(String place, String who, byte[] bytes) implements Step {}

  /** Someone receives these frames, in any order. */
  record Receives(String place, String who, List<JsonElement> frames) implements Step {}

  /** Someone receives whatever it is, up to this frame. */
  record SkipsTo(String place, String who, JsonElement frame) implements Step {}

  /** Someone asks until the answer is this. */
  record Asks(String place, String who, String text, JsonElement answer) implements Step {}

  /** Someone has nothing to read. */
  record Silent(String place, String who) implements Step {}

  /** Someone ends the connection. */
  record Closes(String place, String who) implements Step {}

  /** Someone cuts the connection. */
  record Drops(String place, String who) implements Step {}

  /** The server ends someone's connection. */
  record Closed(String place, String who, int code) implements Step {}
}
