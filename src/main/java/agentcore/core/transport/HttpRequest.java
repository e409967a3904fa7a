package agentcore.core.transport;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The head of a request, read strictly (RFC 9112 sections 3 and 5).
 *
 * @param method as it was sent
 * @param path without the query, not decoded
 * @param query without the question mark, empty where there is none
 * @param headers by name in lower case; several of one name are joined by commas
 */
public record HttpRequest(String method, String path, String query, Map<String, String> headers) {
  private static final Pattern REQUEST_LINE =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\\S+) HTTP/1\\.([0-9])");
  private static final Pattern HEADER =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*?)[ \\t]*");
  private static final Pattern ILLEGAL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

  /** Copies the headers. */
  public HttpRequest {
    headers = Map.copyOf(headers);
  }

  /**
   * Reads a head.
   *
   * @param head the bytes up to and with the empty line
   * @throws HttpException 400 where it is malformed
   */
  static HttpRequest parse(byte[] head) throws HttpException {
    List<String> lines =
        new String(head, StandardCharsets.ISO_8859_1).lines().takeWhile(l -> !l.isEmpty()).toList();
    if (lines.isEmpty()) {
      throw malformed("request line missing");
    }
    var line = REQUEST_LINE.matcher(lines.getFirst());
    if (!line.matches() || !line.group(3).equals("1")) {
      throw malformed("request line malformed");
    }
    String target = line.group(2);
    if (!target.startsWith("/")) {
      throw malformed("request target must begin with /");
    }
    int question = target.indexOf('?');
    return new HttpRequest(
        line.group(1),
        question < 0 ? target : target.substring(0, question),
        question < 0 ? "" : target.substring(question + 1),
        headers(lines.subList(1, lines.size())));
  }

  private static Map<String, String> headers(List<String> lines) throws HttpException {
    Map<String, String> headers = new HashMap<>();
    for (String each : lines) {
      var header = HEADER.matcher(each);
      if (!header.matches() || ILLEGAL.matcher(header.group(2)).find()) {
        throw malformed("header malformed");
      }
      String name = header.group(1).toLowerCase(Locale.ROOT);
      boolean again = headers.containsKey(name);
      if (again && (name.equals("host") || name.startsWith("sec-websocket-key"))) {
        throw malformed("header repeated: " + name);
      }
      headers.merge(name, header.group(2), (one, two) -> one + ", " + two);
    }
    if (!headers.containsKey("host")) {
      throw malformed("Host header missing");
    }
    return headers;
  }

  /** Returns a header's value by its name in lower case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** Says whether a header that is a list holds {@code token}, in any case. */
  public boolean hasToken(String name, String token) {
    for (String each : header(name).orElse("").split(",", -1)) {
      if (each.strip().equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  private static HttpException malformed(String what) {
    return new HttpException(400, "Malformed request: " + what);
  }
}
