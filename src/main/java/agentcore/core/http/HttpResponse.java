package agentcore.core.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response to an HTTP/1.1 request.
 *
 * @param status the status code (RFC 9110 section 15)
 * @param headers without {@code Content-Length} and {@code Connection}, which the server adds
 */
public record HttpResponse(int status, Map<String, String> headers, byte[] body) {
  /** Copies the headers. */
  public HttpResponse {
    headers = Map.copyOf(headers);
  }

  /** Returns a plain-text response of one line. */
  public static HttpResponse text(int status, String line) {
    return new HttpResponse(
        status,
        Map.of("Content-Type", "text/plain; charset=utf-8"),
        (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a JSON response that caches must not store. */
  public static HttpResponse json(int status, String json) {
    return new HttpResponse(
        status,
        Map.of("Content-Type", "application/json", "Cache-Control", "no-store"),
        json.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a copy of this response with one more header. */
  public HttpResponse with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpResponse(status, more, body);
  }
}
