package agentcore.example.http;

import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpRequest;
import agentcore.core.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** One file of a page, plain and compressed once. */
record Asset(String type, String tag, String policy, byte[] plain, byte[] gzip)
    implements HttpHandler {
  private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);

  /**
   * The page runs only its own scripts, connects only to its own server, and cannot be framed. Its
   * icon with the number of unread messages is a {@code data:} address. The last directive makes
   * the browser refuse to turn any text into HTML.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src STYLES; img-src 'self' data:; "
          + "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'none'; require-trusted-types-for 'script'";

  /**
   * Creates an asset, with the type of its name. The policy of an HTML file permits the style
   * sheets in it by their hashes (Content Security Policy Level 3, section 2.3.1), and no others.
   */
  static Asset of(String file, byte[] content) {
    byte[] gzip = file.endsWith(".png") ? content : compress(content); // a PNG is compressed
    return new Asset(typeOf(file), tagOf(content), policyOf(file, content), content, gzip);
  }

  private static String policyOf(String file, byte[] content) {
    List<String> hashes = new ArrayList<>();
    if (file.endsWith(".html")) {
      Matcher found = STYLE.matcher(new String(content, StandardCharsets.UTF_8));
      while (found.find()) {
        hashes.add("'sha256-" + hash(found.group(1)) + "'");
      }
    }
    return POLICY.replace("STYLES", hashes.isEmpty() ? "'self'" : String.join(" ", hashes));
  }

  private static String hash(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] hash = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
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
    headers.put("Content-Security-Policy", policy);
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
