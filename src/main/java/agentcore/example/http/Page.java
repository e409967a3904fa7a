package agentcore.example.http;

import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Serves the chat page and the page for operators: fixed lists of files, read, joined and
 * compressed once. Browsers cache the files and ask each time whether they have changed (RFC 9110
 * section 13.1.2).
 */
final class Page {
  private static final List<String> CHAT =
      List.of(
          "page.js",
          "icon.svg",
          "icon-192.png",
          "icon-512.png",
          "icon-maskable.png",
          "page.webmanifest");

  /** A file that both pages use has an address in each, since the pages may be on two ports. */
  private static final List<String> ADMIN = List.of("admin.css", "admin.js", "icon.svg");

  private Page() {}

  /**
   * Reads the files of the chat page, and returns the handler of each path. The HTML file contains
   * the style sheet, so that a browser has nothing to load besides the script, and needs only one
   * connection. The modules of the JavaScript client have addresses of their own, for the pages of
   * others.
   *
   * @param maxTextLength the most characters of a message, which the page shows to its user
   * @param needsToken whether the page asks for a link or a token first
   */
  static Map<String, HttpHandler> chat(int maxTextLength, boolean needsToken) {
    Map<String, HttpHandler> handlers = load("/page/", CHAT);
    new Bundle("agentcore-client.js")
        .modules()
        .forEach(name -> handlers.put("/page/" + name, Asset.of(name, Bundle.bytes(name))));
    String filled =
        Bundle.html("index.html")
            .replace("${MAX_TEXT_LENGTH}", Integer.toString(maxTextLength))
            .replace("${NEEDS_TOKEN}", Boolean.toString(needsToken));
    handlers.put("/", Asset.of("index.html", filled.getBytes(StandardCharsets.UTF_8)));
    return handlers;
  }

  /** Reads the files of the page for operators, and returns the handler of each path. */
  static Map<String, HttpHandler> admin() {
    Map<String, HttpHandler> handlers = load("/admin/", ADMIN);
    handlers.put("/admin", read("admin.html"));
    HttpResponse redirect = HttpResponse.text(308, "See /admin").with("Location", "../admin");
    handlers.put("/admin/", request -> redirect); // where the page's links would lead elsewhere
    return handlers;
  }

  private static Map<String, HttpHandler> load(String folder, List<String> files) {
    Map<String, HttpHandler> handlers = new LinkedHashMap<>();
    files.forEach(file -> handlers.put(folder + file, read(file)));
    return handlers;
  }

  private static Asset read(String file) {
    byte[] content =
        switch (file.substring(file.lastIndexOf('.'))) {
          case ".js" -> new Bundle(file).script().getBytes(StandardCharsets.UTF_8);
          case ".css" -> Bundle.style(file).getBytes(StandardCharsets.UTF_8);
          default -> Bundle.bytes(file);
        };
    return Asset.of(file, content);
  }
}
