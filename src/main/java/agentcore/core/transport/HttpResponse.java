package agentcore.core.transport;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer over plain HTTP/1.1; the connection is closed behind it.
 *
 * @param status the code, of RFC 9110 section 15
 * @param headers beside the length and {@code Connection: close}
 */
public record HttpResponse(int status, Map<String, String> headers, byte[] body) {
  /** Copies the headers. */
  public HttpResponse {
    headers = Map.copyOf(headers);
  }

  /** Makes an answer of one line of text. */
  public static HttpResponse text(int status, String line) {
    return new HttpResponse(
        status,
        Map.of("Content-Type", "text/plain; charset=utf-8"),
        (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Returns this answer with one more header. */
  public HttpResponse with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpResponse(status, more, body);
  }

  /** Makes an answer of JSON, which nobody stores. */
  public static HttpResponse json(int status, String json) {
    return new HttpResponse(
        status,
        Map.of("Content-Type", "application/json", "Cache-Control", "no-store"),
        json.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the bytes that precede the body; by themselves they are the answer to a HEAD. */
  byte[] head() {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(' ');
    head.append(reason(status)).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("X-Content-Type-Options: nosniff\r\n");
    if (status != 304) { // which has the length that the whole answer would have, or none
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 426 -> "Upgrade Required";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "Error";
    };
  }
}
