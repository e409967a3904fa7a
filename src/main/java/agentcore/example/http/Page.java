package agentcore.example.http;

import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpRequest;
import agentcore.core.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/**
 * Serves the chat page and the page for operators: fixed lists of files, read and compressed once.
 * Browsers cache the files and ask each time whether they have changed (RFC 9110 section 13.1.2).
 */
final class Page {
  private static final String FOLDER = "/agentcore/page/";

  private static final List<String> CHAT =
      List.of(
          "base.css",
          "page.css",
          "icon.svg",
          "agentcore-client.js",
          "agentcore-default.js",
          "agentcore-error.js",
          "agentcore-events.js",
          "agentcore-inbox.js",
          "agentcore-joins.js",
          "agentcore-link.js",
          "agentcore-list.js",
          "agentcore-marks.js",
          "agentcore-names.js",
          "agentcore-outbox.js",
          "agentcore-pace.js",
          "agentcore-position.js",
          "agentcore-requests.js",
          "agentcore-room.js",
          "agentcore-rooms.js",
          "agentcore-tally.js",
          "agentcore-turns.js",
          "agentcore-typing.js",
          "agentcore-unread.js",
          "blocks.js",
          "chat.js",
          "composer.js",
          "conversation.js",
          "dom.js",
          "forgotten.js",
          "history.js",
          "invitations.js",
          "log-view.js",
          "members.js",
          "memory.js",
          "notices.js",
          "page.js",
          "sidebar.js",
          "sign-in.js",
          "texts.js");

  /** Modules that both pages use have an address in each, since the pages may be on two ports. */
  private static final List<String> ADMIN =
      List.of(
          "base.css",
          "admin.css",
          "icon.svg",
          "admin.js",
          "admin-api.js",
          "admin-charts.js",
          "admin-confirm.js",
          "admin-rooms.js",
          "admin-samples.js",
          "admin-settings.js",
          "admin-users.js",
          "chart.js",
          "dom.js",
          "notices.js",
          "texts.js");

  /**
   * The page runs only its own scripts, connects only to its own server, and cannot be framed. The
   * last directive makes the browser refuse to turn any text into HTML.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
          + "require-trusted-types-for 'script'";

  private Page() {}

  /** Reads the files of the chat page, and returns the handler of each path. */
  static Map<String, HttpHandler> chat() {
    Map<String, HttpHandler> handlers = load("/page/", CHAT);
    handlers.put("/", Asset.read("index.html"));
    return handlers;
  }

  /** Reads the files of the page for operators, and returns the handler of each path. */
  static Map<String, HttpHandler> admin() {
    Map<String, HttpHandler> handlers = load("/admin/", ADMIN);
    handlers.put("/admin", Asset.read("admin.html"));
    HttpResponse redirect = HttpResponse.text(308, "See /admin").with("Location", "../admin");
    handlers.put("/admin/", request -> redirect); // where the page's links would lead elsewhere
    return handlers;
  }

  private static Map<String, HttpHandler> load(String folder, List<String> files) {
    Map<String, HttpHandler> handlers = new LinkedHashMap<>();
    files.forEach(file -> handlers.put(folder + file, Asset.read(file)));
    return handlers;
  }

  /** One file, plain and compressed. */
  private record Asset(String type, String tag, byte[] plain, byte[] gzip) implements HttpHandler {

    static Asset read(String file) {
      try (InputStream in = Page.class.getResourceAsStream(FOLDER + file)) {
        if (in == null) {
          throw new IllegalStateException("the build has no " + FOLDER + file);
        }
        byte[] plain = in.readAllBytes();
        return new Asset(typeOf(file), tagOf(plain), plain, compress(plain));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String typeOf(String file) {
      return switch (file.substring(file.lastIndexOf('.'))) {
        case ".html" -> "text/html; charset=utf-8";
        case ".css" -> "text/css; charset=utf-8";
        case ".svg" -> "image/svg+xml";
        default -> "text/javascript; charset=utf-8";
      };
    }

    /** A weak tag, since the plain and the compressed form share it. */
    private static String tagOf(byte[] content) {
      return "W/\"" + UUID.nameUUIDFromBytes(content) + '"';
    }

    private static byte[] compress(byte[] plain) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
        out.write(plain);
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
      if (!request.hasToken("accept-encoding", "gzip")) {
        return new HttpResponse(200, headers, plain);
      }
      headers.put("Content-Encoding", "gzip");
      return new HttpResponse(200, headers, gzip);
    }
  }
}
