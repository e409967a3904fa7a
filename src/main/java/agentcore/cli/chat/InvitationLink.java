package agentcore.cli.chat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A link that {@code agentcore invite} prints.
 *
 * @param page the address of the chat page
 * @param token signs the user in; it must not be printed
 */
record InvitationLink(String page, String token) {
  private static final Pattern FORM = Pattern.compile("(https?://[^#]*)#token=([^&\\s]+).*");

  /** Returns the link that {@code text} is; empty if it is none. */
  static Optional<InvitationLink> parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    return form.matches()
        ? Optional.of(new InvitationLink(form.group(1), form.group(2)))
        : Optional.empty();
  }

  /**
   * Returns the user that a JSON Web Token names; empty for other tokens. Only a server can verify
   * it.
   */
  static Optional<String> userOf(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      String json = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      return JsonParser.parseString(json) instanceof JsonObject claims
          ? text(claims.get("sub"))
          : Optional.empty();
    } catch (IllegalArgumentException | JsonParseException notJson) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonElement value) {
    return value instanceof JsonPrimitive text && text.isString()
        ? Optional.of(text.getAsString())
        : Optional.empty();
  }

  /** Omits the token. */
  @Override
  public String toString() {
    return page;
  }
}
