package agentcore.core.transport;

import agentcore.core.message.Names;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a request of HTTP/1.1 or 1.0, read strictly (RFC 9112 sections 3 and 5).
 *
 * @param method as it was sent
 * @param path without the query, not decoded
 * @param query without the question mark, empty where there is none
 * @param headers by name in lower case; several of one name are joined by commas. {@code host} is
 *     the host of the request target where the target names one
 */
public record HttpRequest(String method, String path, String query, Map<String, String> headers) {
  private static final String KEY = "sec-websocket-key";
  private static final String HOST = "host";
  private static final String UPGRADE = "upgrade";
  private static final String HTTP_1_0 = "HTTP/1.0";
  private static final String BEARER = "bearer ";

  /** A token of RFC 9110 section 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[0-9A-Za-z!#$%&'*+.^_`|~-]+");

  /**
   * A target in absolute form (RFC 9112 section 3.2.2). Its host may not be empty, and a user is an
   * error (RFC 9110 section 4.2).
   */
  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "(?i:https?)://((?:\\[[0-9A-Fa-f:.]+]|[^\\s/:@?#,\\[\\]\\\\]+)(?::[0-9]{0,5})?)([/?].*)?");

  /** Copies the headers. */
  public HttpRequest {
    headers = Map.copyOf(headers);
  }

  /**
   * Reads a head.
   *
   * @param head the bytes up to and with the empty line, so at least four
   * @throws HttpException 400 where it is malformed
   */
  static HttpRequest parse(byte[] head) throws HttpException {
    // Lines end with CR LF and nothing else: who reads a lone CR as an end sees other headers.
    String text = new String(head, 0, head.length - 4, StandardCharsets.ISO_8859_1);
    String[] lines = text.split("\r\n", -1);
    String[] words = lines[0].split(" ", -1);
    if (words.length != 3 || !TOKEN.matcher(words[0]).matches() || !isKnown(words[2])) {
      throw malformed("request line malformed");
    }
    if (words[1].chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      throw malformed("request target malformed");
    }
    Map<String, String> headers = headers(Arrays.asList(lines).subList(1, lines.length));
    boolean isOld = words[2].equals(HTTP_1_0);
    if (!isOld && !headers.containsKey(HOST)) {
      throw malformed("Host header missing");
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
   * Returns a target without its scheme and host. The host there replaces the header (RFC 9112
   * section 3.2.2). Where the two differ nothing is upgraded: which pages may open a WebSocket
   * depends on the host, and no client names two.
   */
  private static String originForm(String target, Map<String, String> headers)
      throws HttpException {
    if (target.startsWith("/")) {
      return target;
    }
    Matcher absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches()) {
      throw malformed("request target malformed");
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
        throw malformed("header malformed");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = withoutBlanks(line, colon + 1);
      if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
        throw malformed("header malformed");
      }
      if (headers.containsKey(name) && (name.equals(HOST) || name.equals(KEY))) {
        throw malformed("header repeated: " + name);
      }
      headers.merge(name, value, (one, two) -> one + ", " + two);
    }
    return headers;
  }

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

  /** Returns a header's value by its name in lower case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /**
   * Returns a segment of the path, decoded; nothing where it is not there or not percent-encoded
   * UTF-8.
   *
   * @param index from 0, which is the one behind the first slash
   */
  public Optional<String> segment(int index) {
    String[] segments = path.split("/", -1);
    try {
      return index + 1 < segments.length
          ? Optional.of(PercentCoding.decode(segments[index + 1]))
          : Optional.empty();
    } catch (HttpException malformed) {
      return Optional.empty();
    }
  }

  /** Returns the query's parameters, decoded; the first of one name counts. */
  public Map<String, String> parameters() {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.putIfAbsent(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  /** What cannot be decoded is as good as empty: it is not worth refusing a connection for. */
  private static String decoded(String value) {
    try {
      return PercentCoding.decode(value);
    } catch (HttpException malformed) {
      return "";
    }
  }

  /** Returns the parts of a header that is a list. */
  List<String> list(String name) {
    return Arrays.stream(header(name).orElse("").split(",", -1)).map(String::strip).toList();
  }

  /** Says whether a header that is a list holds {@code token}, in any case. */
  public boolean hasToken(String name, String token) {
    return list(name).stream().anyMatch(token::equalsIgnoreCase);
  }

  /** Returns the token of {@code Authorization: Bearer} (RFC 6750 section 2.1). */
  public Optional<String> bearerToken() {
    return header("authorization")
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip());
  }

  /** Returns what of the request may stand in a log: query and headers may hold a token. */
  @Override
  public String toString() {
    return Names.printable(method) + ' ' + Names.printable(path);
  }

  private static HttpException malformed(String what) {
    return new HttpException(400, "Malformed request: " + what);
  }
}
