package agentcore.core.transport;

import agentcore.core.http.HttpRequest;
import agentcore.core.socket.PeerSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the head of an HTTP request and parses it strictly (RFC 9112 sections 3 and 5). The head
 * has a size limit and one deadline for all of it, so an endless or trickling request costs one
 * small buffer for a short time.
 */
final class RequestReader {
  static final int MAX_BYTES = 8 * 1024;
  private static final String EMPTY_LINE = "\r\n\r\n";
  private static final String KEY = "sec-websocket-key";
  private static final String HOST = "host";
  private static final String UPGRADE = "upgrade";
  private static final String HTTP_1_0 = "HTTP/1.0";

  /** RFC 9110 sections 7.8 and 10.1.1: a server ignores them in a request of HTTP/1.0. */
  private static final Set<String> NOT_OF_HTTP_1_0 = Set.of(UPGRADE, "expect");

  /** A token of RFC 9110 section 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[0-9A-Za-z!#$%&'*+.^_`|~-]+");

  /**
   * A target in absolute form (RFC 9112 section 3.2.2). An empty host or a user name is an error
   * (RFC 9110 section 4.2).
   */
  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "(?i:https?)://((?:\\[[0-9A-Fa-f:.]+]|[^\\s/:@?#,\\[\\]\\\\]+)(?::[0-9]{0,5})?)([/?].*)?");

  private RequestReader() {}

  /**
   * Reads up to the empty line that ends a head, and starts with the socket's unread bytes. Later
   * bytes stay unread in the socket.
   *
   * @param deadlineNanos by which the head must be complete
   * @return empty if the stream ended before the empty line
   * @throws HttpException 408 or 431
   * @throws IOException if the connection is lost
   */
  static byte[] read(PeerSocket socket, long deadlineNanos) throws IOException, HttpException {
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    buffer.writeBytes(socket.takeUnread());
    while (true) {
      int emptyLine = buffer.toString(StandardCharsets.ISO_8859_1).indexOf(EMPTY_LINE);
      int end = emptyLine + EMPTY_LINE.length();
      if (emptyLine >= 0 && end <= MAX_BYTES) {
        byte[] all = buffer.toByteArray();
        socket.unread(Arrays.copyOfRange(all, end, all.length));
        return Arrays.copyOf(all, end);
      }
      if (buffer.size() >= MAX_BYTES) {
        throw new HttpException(431, "Request head larger than " + MAX_BYTES + " bytes");
      }
      byte[] received = readBefore(deadlineNanos, socket);
      if (received.length == 0) {
        return PeerSocket.NOTHING;
      }
      buffer.writeBytes(received);
    }
  }

  /** Returns the next bytes; empty at the end of the stream. */
  static byte[] readBefore(long deadlineNanos, PeerSocket socket)
      throws IOException, HttpException {
    Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
    try {
      if (left.isPositive()) {
        return socket.read(left);
      }
    } catch (SocketTimeoutException late) {
      // handled below, like a head that arrived too slowly
    }
    throw new HttpException(408, "Request not complete in time");
  }

  /** Returns whether a head, which may be malformed, begins like that of a HEAD request. */
  static boolean isHeadRequest(byte[] head) {
    return new String(head, StandardCharsets.ISO_8859_1).startsWith("HEAD ");
  }

  /**
   * Parses a head. A request of HTTP/1.0 can neither upgrade nor keep its connection.
   *
   * @param head up to and including the empty line, so at least four bytes
   * @throws HttpException 400 if it is malformed
   */
  static HttpRequest parse(byte[] head) throws HttpException {
    // Only CR LF ends a line: a server that accepted a lone CR could parse different headers than
    // the proxy in front of it.
    String text =
        new String(head, 0, head.length - EMPTY_LINE.length(), StandardCharsets.ISO_8859_1);
    String[] lines = text.split("\r\n", -1);
    String[] words = lines[0].split(" ", -1);
    if (words.length != 3 || !TOKEN.matcher(words[0]).matches() || !isKnown(words[2])) {
      throw malformed("request line");
    }
    if (words[1].chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      throw malformed("target");
    }
    Map<String, String> headers = headers(Arrays.asList(lines).subList(1, lines.length));
    if (words[2].equals(HTTP_1_0)) {
      headers.keySet().removeAll(NOT_OF_HTTP_1_0);
      headers.put("connection", "close");
    } else if (!headers.containsKey(HOST)) {
      throw malformed("missing Host header");
    }
    String target = originForm(words[1], headers);
    int question = target.indexOf('?');
    return new HttpRequest(
        words[0],
        question < 0 ? target : target.substring(0, question),
        question < 0 ? "" : target.substring(question + 1),
        headers);
  }

  private static boolean isKnown(String version) {
    return version.equals("HTTP/1.1") || version.equals(HTTP_1_0);
  }

  /**
   * Returns a target without its scheme and host. That host replaces the Host header (RFC 9112
   * section 3.2.2). If the two differ, the request cannot upgrade: the origin check depends on the
   * host, and an honest client never sends two different hosts.
   */
  private static String originForm(String target, Map<String, String> headers)
      throws HttpException {
    if (target.startsWith("/")) {
      return target;
    }
    Matcher absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches()) {
      throw malformed("target");
    }
    String host = absolute.group(1);
    String replaced = headers.put(HOST, host);
    if (!host.equalsIgnoreCase(replaced)) {
      headers.remove(UPGRADE);
    }
    String rest = absolute.group(2) == null ? "" : absolute.group(2);
    return rest.startsWith("/") ? rest : '/' + rest;
  }

  private static Map<String, String> headers(List<String> lines) throws HttpException {
    Map<String, String> headers = new HashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 0 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
        throw malformed("header");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1);
      if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
        throw malformed("header");
      }
      if (headers.containsKey(name) && (name.equals(HOST) || name.equals(KEY))) {
        throw malformed("repeated header: " + name);
      }
      // No other white space than spaces and tabs is left to strip.
      headers.merge(name, value.strip(), (one, two) -> one + ", " + two);
    }
    return headers;
  }

  private static HttpException malformed(String what) {
    return new HttpException(400, "Malformed request: " + what);
  }
}
