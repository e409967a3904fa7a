package agentcore.core.transport;

import agentcore.core.http.HttpRequest;
import agentcore.core.socket.PeerSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the head of an HTTP request and parses it strictly (RFC 9112 sections 3 and 5). The head
 * has a size limit and one deadline for all of it, so an endless or trickling request costs one
 * small buffer for a short time.
 */
final class RequestReader {
  static final int MAX_BYTES = 8 * 1024;
  private static final String KEY = "sec-websocket-key";
  private static final String HOST = "host";
  private static final String UPGRADE = "upgrade";
  private static final String HTTP_1_0 = "HTTP/1.0";

  /** A token of RFC 9110 section 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[0-9A-Za-z!#$%&'*+.^_`|~-]+");

  /**
   * A target in absolute form (RFC 9112 section 3.2.2). An empty host or a user name is an error
   * (RFC 9110 section 4.2).
   */
  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "(?i:https?)://((?:\\[[0-9A-Fa-f:.]+]|[^\\s/:@?#,\\[\\]\\\\]+)(?::[0-9]{0,5})?)([/?].*)?");

  /**
   * The bytes of a head, and those that followed it in the same read.
   *
   * @param bytes up to and including the empty line; empty if the stream ended before that
   */
  record Head(byte[] bytes, byte[] rest) {
    boolean isHeadRequest() {
      return new String(bytes, 0, Math.min(5, bytes.length), StandardCharsets.ISO_8859_1)
          .equals("HEAD ");
    }

    boolean isHttp10() {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return text.substring(0, text.indexOf("\r\n")).endsWith(HTTP_1_0);
    }
  }

  private RequestReader() {}

  /**
   * Reads up to the empty line that ends a head, starting with the socket's unread bytes.
   *
   * @param deadlineNanos by which the head must be complete
   * @throws HttpException 408 or 431
   * @throws IOException if the connection is lost
   */
  static Head read(PeerSocket socket, long deadlineNanos) throws IOException, HttpException {
    byte[] buffer = socket.takeUnread();
    int from = 0;
    while (true) {
      int end = endOfHead(buffer, from, buffer.length);
      if (end > 0 && end <= MAX_BYTES) {
        return new Head(Arrays.copyOf(buffer, end), Arrays.copyOfRange(buffer, end, buffer.length));
      }
      if (buffer.length >= MAX_BYTES) {
        throw new HttpException(431, "Request head larger than " + MAX_BYTES + " bytes");
      }
      from = Math.max(0, buffer.length - 3);
      byte[] received = readBefore(deadlineNanos, socket);
      if (received.length == 0) {
        return new Head(PeerSocket.NOTHING, PeerSocket.NOTHING);
      }
      buffer = buffer.length == 0 ? received : concatenate(buffer, received);
    }
  }

  private static byte[] concatenate(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
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

  private static int endOfHead(byte[] buffer, int from, int length) {
    for (int i = from; i + 3 < length; i++) {
      if (buffer[i] == '\r'
          && buffer[i + 1] == '\n'
          && buffer[i + 2] == '\r'
          && buffer[i + 3] == '\n') {
        return i + 4;
      }
    }
    return -1;
  }

  /**
   * Parses a head.
   *
   * @param head up to and including the empty line, so at least four bytes
   * @throws HttpException 400 if it is malformed
   */
  static HttpRequest parse(byte[] head) throws HttpException {
    // Only CR LF ends a line: a server that accepted a lone CR could parse different headers than
    // the proxy in front of it.
    String text = new String(head, 0, head.length - 4, StandardCharsets.ISO_8859_1);
    String[] lines = text.split("\r\n", -1);
    String[] words = lines[0].split(" ", -1);
    if (words.length != 3 || !TOKEN.matcher(words[0]).matches() || !isKnown(words[2])) {
      throw malformed("request line");
    }
    if (words[1].chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      throw malformed("target");
    }
    Map<String, String> headers = headers(Arrays.asList(lines).subList(1, lines.length));
    boolean isOld = words[2].equals(HTTP_1_0);
    if (!isOld && !headers.containsKey(HOST)) {
      throw malformed("missing Host header");
    }
    if (isOld) { // RFC 9110 section 7.8
      headers.remove(UPGRADE);
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
      String value = withoutBlanks(line, colon + 1);
      if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
        throw malformed("header");
      }
      if (headers.containsKey(name) && (name.equals(HOST) || name.equals(KEY))) {
        throw malformed("repeated header: " + name);
      }
      headers.merge(name, value, (one, two) -> one + ", " + two);
    }
    return headers;
  }

  /** Trims spaces and tabs only: {@code strip} would hide other characters that are errors. */
  private static String withoutBlanks(String line, int from) {
    int start = from;
    int end = line.length();
    while (start < end && isBlank(line.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static HttpException malformed(String what) {
    return new HttpException(400, "Malformed request: " + what);
  }
}
