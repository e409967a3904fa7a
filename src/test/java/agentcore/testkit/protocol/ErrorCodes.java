package agentcore.testkit.protocol;

import agentcore.core.Config;
import agentcore.core.message.ErrorCode;
import agentcore.example.ChatConsumer;
import java.util.Set;
import java.util.TreeSet;

/** The error codes of the chat server: those of the library and those of the chat. */
public final class ErrorCodes {
  private ErrorCodes() {}

  /** Returns the names of all error codes. */
  public static Set<String> all() {
    Set<String> names = new TreeSet<>();
    ErrorCode.library().forEach(code -> names.add(code.name()));
    new ChatConsumer(Config.defaults()).errorCodes().forEach(code -> names.add(code.name()));
    return names;
  }
}
