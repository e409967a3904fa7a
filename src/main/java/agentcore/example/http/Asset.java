package agentcore.example.http;

import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpRequest;
import agentcore.core.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** One file of a page, plain and compressed once. */
record Asset(String type, String tag, byte[] plain, byte[] gzip) implements HttpHandler {
  /**
   * The page runs only its own scripts, connects only to its own server, and cannot be framed. Its
   * icon with the number of unread messages is a {@code data:} address. The last directive makes
   * the browser refuse to turn any text into HTML.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'none'; require-trusted-types-for 'script'";

  /** Creates an asset, with the type of its name. */
  static Asset of(String file, byte[] content) {
    byte[] gzip = file.endsWith(".png") ? content : compress(content); // a PNG is compressed
    return new Asset(typeOf(file), tagOf(content), content, gzip);
  }

  private static String typeOf(String file) {
    return switch (file.substring(file.lastIndexOf('.'))) {
      case ".html" -> "text/html; charset=utf-8";
      case ".css" -> "text/css; charset=utf-8";
      case ".svg" -> "image/svg+xml";
      case ".png" -> "image/png";
      case ".webmanifest" -> "application/manifest+json";
      default -> "text/javascript; charset=utf-8";
    };
  }

  /** A weak tag, since the plain and the compressed form share it. */
  private static String tagOf(byte[] content) {
    return "W/\"" + UUID.nameUUIDFromBytes(content) + '"';
  }

  private static byte[] compress(byte[] plain) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }

  @Override
  public HttpResponse handle(HttpRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ETag", tag);
    headers.put("Cache-Control", "no-cache");
    headers.put("Vary", "Accept-Encoding");
    headers.put("Content-Security-Policy", POLICY);
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    if (request.hasToken("if-none-match", tag) || request.hasToken("if-none-match", "*")) {
      return new HttpResponse(304, headers, new byte[0]);
    }
    headers.put("Content-Type", type);
    if (gzip.length >= plain.length || !prefersGzip(request)) {
      return new HttpResponse(200, headers, plain);
    }
    headers.put("Content-Encoding", "gzip");
    return new HttpResponse(200, headers, gzip);
  }

  /**
   * Returns whether the client accepts gzip, and not less than the plain form (RFC 9110, 12.5.3).
   */
  private static boolean prefersGzip(HttpRequest request) {
    double any = weight(request, "*").orElse(0);
    double compressed = weight(request, "gzip").orElse(weight(request, "x-gzip").orElse(any));
    return compressed > 0 && compressed >= weight(request, "identity").orElse(0);
  }

  /** Returns the weight of a coding, from 0 to 1; empty if the client does not name it. */
  private static OptionalDouble weight(HttpRequest request, String coding) {
    return request.elements("accept-encoding").stream()
        .map(element -> element.split("\\s*;\\s*[qQ]=", -1))
        .filter(parts -> parts[0].equalsIgnoreCase(coding))
        .mapToDouble(parts -> parts.length < 2 ? 1 : weight(parts[1]))
        .findFirst();
  }

  /** A weight that is not a number counts as a refusal: the plain form is never wrong. */
  private static double weight(String digits) {
    return digits.matches("[01](\\.[0-9]{0,3})?") ? Double.parseDouble(digits) : 0;
  }
}
