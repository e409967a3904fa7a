package agentcore.client.connection;

import com.google.gson.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Where a client connects.
 *
 * @param server the address of the server, which ends with a slash
 * @param path of the endpoint below it, with {@code {user}} as a placeholder; may have a query
 */
public record Endpoint(String server, String path) {
  public static final String PATH = "ws/{user}";

  /** Returns the address for an attempt; {@code positions} are the ones to resume from. */
  public URI address(String user, JsonObject positions) {
    String address = server + path.replace("{user}", encode(user));
    String fields =
        positions.entrySet().stream()
            .map(field -> field.getKey() + "=" + encode(field.getValue().getAsString()))
            .collect(Collectors.joining("&"));
    String separator = fields.isEmpty() ? "" : path.contains("?") ? "&" : "?";
    return URI.create(address + separator + fields);
  }

  /** Percent-encodes a text (RFC 3986 section 2); a form would encode a space as a plus sign. */
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
