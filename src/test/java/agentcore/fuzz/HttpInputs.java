package agentcore.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Generates streams of HTTP requests, sent together on one connection: with bodies, and with
 * something wrong in some of them, such as what request smuggling uses (RFC 9112 section 11.2).
 */
final class HttpInputs {
  /** Answers with its path and its body; see {@link HttpBatches}. */
  static final String FOLDER = "/fuzz/";

  private static final int MAX_REQUESTS = 6;

  /** Looks like a request, in a place where there must be none. */
  private static final String SMUGGLED = "GET /fuzz/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

  private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";

  private static final List<String> LENGTHS =
      List.of(
          "Content-Length: 5",
          "Content-Length: 05",
          "Content-Length: 5, 5",
          "Content-Length: 5,6",
          "Content-Length: +5",
          "Content-Length: -5",
          "Content-Length: 5 5",
          "Content-Length: 0x5",
          "Content-Length: 5.",
          "Content-Length:",
          "Content-Length: \u00b2",
          "Content-Length: 100000",
          "Content-Length: 100001",
          "Content-Length: 2147483648",
          "Content-Length: 4294967301",
          "Content-Length: 18446744073709551621",
          "Content-Length : 5",
          " Content-Length: 5",
          "content-length:5",
          "CONTENT-LENGTH:\t5\t",
          "Content_Length: 5",
          "Content-Length: 5\n",
          "Content-Length: 5\rX: y",
          "X: y\nContent-Length: 5");

  private static final List<String> ENCODINGS =
      List.of(
          "Transfer-Encoding: chunked",
          "transfer-encoding:chunked",
          "Transfer-Encoding: identity",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding : chunked",
          "Transfer-Encoding:\u000bchunked",
          "Transfer-Encoding\u0000: chunked",
          "X: y\r\n Transfer-Encoding: chunked",
          "X:\r\n\tchunked",
          "X: y\nTransfer-Encoding: chunked",
          "X: y\rTransfer-Encoding: chunked",
          "Transfer_Encoding: chunked");

  private static final List<String> OTHERS =
      List.of(
          "Host: y",
          "Expect: 100-continue",
          "Expect: 100-Continue",
          "Expect: something",
          "Connection: close",
          "Connection: keep-alive",
          "Connection: x, Close",
          "Connection: upgrade",
          "Upgrade: h2c",
          "Cookie: \u00e4",
          "no colon",
          ": no name",
          "\tfolded",
          "Null: \u0000",
          "Content-Type: application/json");

  private static final List<String> LINES =
      List.of(
          "GET /fuzz/old HTTP/1.0",
          "POST /fuzz/old HTTP/1.0",
          "GET /fuzz/new HTTP/1.2",
          "GET /fuzz/new HTTP/2.0",
          "GET /fuzz/x HTTP/1.1 ",
          " GET /fuzz/x HTTP/1.1",
          "GET  /fuzz/x HTTP/1.1",
          "GET /fuzz/x",
          "GET /fuzz/x\tHTTP/1.1",
          "G\u00c4T /fuzz/x HTTP/1.1",
          "GET /fuzz/\u00e4 HTTP/1.1",
          "GET http://x/fuzz/absolute HTTP/1.1",
          "GET http://u@x/fuzz/absolute HTTP/1.1",
          "GET * HTTP/1.1",
          "CONNECT x:80 HTTP/1.1",
          "get /fuzz/x HTTP/1.1",
          "");

  private HttpInputs() {}

  static byte[] next(Dice dice) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    int count = dice.between(1, MAX_REQUESTS);
    int changed = dice.oneIn(4) ? -1 : dice.below(count);
    for (int i = 0; i < count; i++) {
      stream.writeBytes(request(dice, i, i == changed));
    }
    byte[] bytes = stream.toByteArray();
    return dice.oneIn(8) ? damaged(dice, bytes) : bytes;
  }

  private static byte[] request(Dice dice, int number, boolean isChanged) {
    String method = dice.of("GET", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS");
    String body = method.equals("POST") || dice.oneIn(4) ? body(dice) : "";
    List<String> lines = new ArrayList<>();
    lines.add(method + ' ' + FOLDER + number + dice.of("", "", "?a=b") + " HTTP/1.1");
    lines.add("Host: x");
    if (!body.isEmpty() || dice.oneIn(3)) {
      lines.add(dice.of("Content-Length: ", "content-length:") + body.length());
    }
    String tail = body;
    if (isChanged) {
      tail = change(dice, lines, body);
    }
    String head = String.join("\r\n", lines) + "\r\n\r\n";
    if (isChanged && dice.oneIn(10)) {
      head = dice.of("\r\n", "\n", " ", "\u0000") + head;
    } else if (isChanged && dice.oneIn(10)) {
      head = head.replaceFirst("\r\n", dice.of("\n", "\r", "\r\r\n", "\n\r"));
    }
    return (head + tail).getBytes(ISO_8859_1);
  }

  private static String body(Dice dice) {
    return switch (dice.below(6)) {
      case 0 -> "";
      case 1 -> SMUGGLED;
      case 2 -> CHUNKS + SMUGGLED;
      case 3 -> "\r\n\r\n" + SMUGGLED;
      case 4 -> "x".repeat(dice.of(1, 16_000, 20_000, 100_000));
      default -> new String(dice.bytes(dice.below(200)), ISO_8859_1);
    };
  }

  /** Changes the lines, and returns what follows the head. */
  private static String change(Dice dice, List<String> lines, String body) {
    int at = dice.between(1, lines.size());
    switch (dice.below(8)) {
      case 0 -> lines.add(at, dice.of(LENGTHS));
      case 1 -> {
        lines.removeIf(line -> line.startsWith("Content") || line.startsWith("content"));
        lines.add(dice.of(LENGTHS));
        return dice.of("hello", "hello" + SMUGGLED, "x".repeat(100_000), body);
      }
      case 2 -> {
        lines.add(at, dice.of(ENCODINGS));
        return dice.of(body, CHUNKS, CHUNKS + SMUGGLED, "0\r\n\r\n" + SMUGGLED);
      }
      case 3 -> {
        lines.add(at, dice.of(ENCODINGS));
        lines.add(dice.between(1, lines.size()), dice.of(LENGTHS));
        return dice.of(CHUNKS, "0\r\n\r\n" + SMUGGLED);
      }
      case 4 -> lines.add(at, dice.of(OTHERS));
      case 5 -> lines.set(0, dice.of(LINES));
      case 6 -> lines.add("Cookie: " + "c".repeat(dice.between(8000, 8200)));
      default -> lines.remove(lines.size() - 1); // Host, or the length of a body that follows
    }
    return body;
  }

  private static byte[] damaged(Dice dice, byte[] stream) {
    int at = dice.below(stream.length);
    if (dice.oneIn(2)) {
      return Arrays.copyOf(stream, at);
    }
    byte[] damaged = stream.clone();
    damaged[at] = (byte) dice.below(256);
    return damaged;
  }
}
