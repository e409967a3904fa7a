package agentcore.core.http;

import agentcore.core.message.Names;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP/1.1 or HTTP/1.0 request.
 *
 * @param method as sent, such as {@code GET}
 * @param path without the query, not decoded
 * @param query without the question mark, empty if there is none
 * @param headers by lower-case name; repeated headers are joined with commas. {@code host} is the
 *     host of the request target if the target names one
 * @param pathParameters the segments that the route's braces matched, by name, not decoded
 * @param body complete, at most WS_MAX_MESSAGE_SIZE bytes; empty if there is none
 */
public record HttpRequest(
    String method,
    String path,
    String query,
    Map<String, String> headers,
    Map<String, String> pathParameters,
    byte[] body) {
  private static final String BEARER = "bearer ";

  /** Copies the maps. */
  public HttpRequest {
    headers = Map.copyOf(headers);
    pathParameters = Map.copyOf(pathParameters);
  }

  /** Constructs a request without a body. */
  public HttpRequest(String method, String path, String query, Map<String, String> headers) {
    this(method, path, query, headers, Map.of(), new byte[0]);
  }

  /** Returns this request with a body. */
  public HttpRequest withBody(byte[] content) {
    return new HttpRequest(method, path, query, headers, pathParameters, content);
  }

  /** Returns this request with the segments that a route's braces matched. */
  public HttpRequest withPathParameters(Map<String, String> matched) {
    return new HttpRequest(method, path, query, headers, matched, body);
  }

  /**
   * Returns the segment that matched a name in braces, decoded; empty if the route has no such
   * name, or the segment is not percent-encoded UTF-8.
   */
  public Optional<String> pathParameter(String name) {
    return Optional.ofNullable(pathParameters.get(name)).flatMap(HttpRequest::decode);
  }

  /** Returns the body as a text; empty if it is not UTF-8. */
  public Optional<String> text() {
    return utf8(body);
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(buffer).toString());
    } catch (CharacterCodingException malformed) {
      return Optional.empty();
    }
  }

  /** Returns the value of a header, given its lower-case name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** Returns the elements of a header that is a list, without empty ones (RFC 9110, 5.6.1). */
  public List<String> elements(String name) {
    return Arrays.stream(header(name).orElse("").split(",", -1))
        .map(String::strip)
        .filter(element -> !element.isEmpty())
        .toList();
  }

  /** Returns whether a list header contains {@code token}, ignoring case. */
  public boolean hasToken(String name, String token) {
    return elements(name).stream().anyMatch(token::equalsIgnoreCase);
  }

  /** Returns the token of {@code Authorization: Bearer} (RFC 6750 section 2.1). */
  public Optional<String> bearerToken() {
    return header("authorization")
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip());
  }

  /**
   * Returns a path segment, decoded; empty if it is absent or is not percent-encoded UTF-8.
   *
   * @param index 0 is the segment after the first slash
   */
  public Optional<String> segment(int index) {
    String[] segments = path.split("/", -1);
    return index + 1 < segments.length ? decode(segments[index + 1]) : Optional.empty();
  }

  /**
   * Returns the query parameters, decoded. The first of several with one name counts; a value that
   * is not percent-encoded UTF-8 is empty.
   */
  public Map<String, String> parameters() {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String value = decode(pair.substring(equals + 1)).orElse("");
        parameters.putIfAbsent(pair.substring(0, equals), value);
      }
    }
    return parameters;
  }

  /** Decodes percent-encoded UTF-8 (RFC 3986 section 2.1); a plus sign stands for itself. */
  private static Optional<String> decode(String encoded) {
    try {
      String plain = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
      return utf8(plain.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** Returns the method and path, safe for a log: the query and headers may contain a token. */
  @Override
  public String toString() {
    return Names.printable(method) + ' ' + Names.printable(path);
  }
}
