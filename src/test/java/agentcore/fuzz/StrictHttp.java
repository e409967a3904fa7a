package agentcore.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a stream of requests as a strict server must (RFC 9112), independently of ours. It stops at
 * the first byte whose meaning is in doubt: what follows could be anything.
 */
final class StrictHttp {
  private static final int MAX_HEAD_BYTES = 8192;
  private static final String END = "\r\n\r\n";
  private static final String TOKEN = "[0-9A-Za-z!#$%&'*+.^_`|~-]+";
  private static final String VISIBLE = "[\\x21-\\x7e]+";

  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") (" + VISIBLE + ") HTTP/1\\.([01])");

  /** A field cannot begin with white space, which once continued the line before (obs-fold). */
  private static final Pattern FIELD =
      Pattern.compile("(" + TOKEN + "):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[ \\t]*");

  private static final Pattern ABSOLUTE =
      Pattern.compile(
          "(?i:http|https)://(\\[[0-9A-Fa-f:.]+]|[^/:@?#,\\[\\]\\\\]+)(:[0-9]{0,5})?([/?].*)?");

  private final byte[] bytes;
  private final String text;
  private final int maxBody;
  private final List<Request> requests = new ArrayList<>();

  /**
   * A complete request.
   *
   * @param path without the query
   * @param isLast whether the connection ends after its answer
   */
  record Request(String method, String path, byte[] body, boolean isLast) {}

  /**
   * What a stream consists of.
   *
   * @param isBroken whether something follows that is no complete request
   */
  record Reading(List<Request> requests, boolean isBroken) {}

  /** The fields of a head that matter for the end of its body. */
  private static final class Fields {
    private final List<String> hosts = new ArrayList<>();
    private final List<String> lengths = new ArrayList<>();
    private final List<String> expectations = new ArrayList<>();
    private String connection = "";
    private boolean isEncoded;

    boolean add(String line) {
      Matcher field = FIELD.matcher(line);
      if (!field.matches()) {
        return false;
      }
      String value = field.group(2);
      switch (field.group(1).toLowerCase(Locale.ROOT)) {
        case "host" -> hosts.add(value);
        case "content-length" -> lengths.add(value);
        case "transfer-encoding" -> isEncoded = true;
        case "expect" -> expectations.add(value);
        case "connection" -> connection += "," + value.toLowerCase(Locale.ROOT);
        default -> {}
      }
      return true;
    }

    boolean hasConnectionOption(String option) {
      return Arrays.stream(connection.split(",", -1)).map(String::strip).anyMatch(option::equals);
    }
  }

  private StrictHttp(byte[] bytes, int maxBody) {
    this.bytes = bytes;
    this.text = new String(bytes, ISO_8859_1);
    this.maxBody = maxBody;
  }

  /**
   * Reads a stream.
   *
   * @param maxBody the longest body that is accepted
   */
  static Reading read(byte[] bytes, int maxBody) {
    StrictHttp reader = new StrictHttp(bytes, maxBody);
    int at = 0;
    boolean isLast = false;
    while (at >= 0 && at < bytes.length && !isLast) {
      at = reader.request(at);
      isLast = at >= 0 && reader.requests.getLast().isLast();
    }
    return new Reading(reader.requests, at < 0);
  }

  /** Reads one request; returns where the next one begins, or -1. */
  private int request(int from) {
    int end = text.indexOf(END, from);
    if (end < 0 || end + END.length() - from > MAX_HEAD_BYTES) {
      return -1;
    }
    String[] lines = text.substring(from, end).split("\r\n", -1);
    Matcher line = REQUEST_LINE.matcher(lines[0]);
    Fields fields = new Fields();
    if (!line.matches() || !Arrays.stream(lines).skip(1).allMatch(fields::add)) {
      return -1;
    }
    boolean isOld = line.group(3).equals("0");
    String path = path(line.group(2));
    boolean hasHost = fields.hosts.size() == 1 || (isOld && fields.hosts.isEmpty());
    int length = length(fields, isOld);
    int body = end + END.length();
    if (path.isEmpty() || !hasHost || length < 0 || body + length > bytes.length) {
      return -1;
    }
    boolean isLast =
        isOld || fields.hasConnectionOption("close") || fields.hasConnectionOption("upgrade");
    byte[] content = Arrays.copyOfRange(bytes, body, body + length);
    requests.add(new Request(line.group(1), path, content, isLast));
    return body + length;
  }

  /** Returns the path of a target; empty if the target is malformed. */
  private static String path(String target) {
    String rest = target;
    if (!target.startsWith("/")) {
      Matcher absolute = ABSOLUTE.matcher(target);
      if (!absolute.matches()) {
        return "";
      }
      rest = absolute.group(3) == null ? "/" : absolute.group(3);
      rest = rest.startsWith("/") ? rest : "/" + rest;
    }
    return rest.split("\\?", 2)[0];
  }

  /** Returns the length of the body; -1 if it is in doubt or too large. */
  private int length(Fields fields, boolean isOld) {
    boolean isExpected =
        isOld // RFC 9110 section 10.1.1: ignored
            || fields.expectations.isEmpty()
            || String.join(", ", fields.expectations).equalsIgnoreCase("100-continue");
    if (fields.isEncoded || !isExpected) {
      return -1;
    }
    if (fields.lengths.isEmpty()) {
      return 0;
    }
    String length = fields.lengths.getFirst();
    boolean isNumber = fields.lengths.size() == 1 && length.matches("[0-9]{1,18}");
    return isNumber && Long.parseLong(length) <= maxBody ? Integer.parseInt(length) : -1;
  }
}
