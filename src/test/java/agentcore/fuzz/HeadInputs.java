package agentcore.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Generates the first bytes of a connection: random, or a slightly changed handshake. */
final class HeadInputs {
  private static final int MAX_HEAD_BYTES = 8192;
  private static final String END = "\r\n\r\n";

  private static final List<String> VALID =
      List.of(
          "GET /ws/fuzz-a HTTP/1.1",
          "Host: 127.0.0.1",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

  private static final List<String> PATHS =
      List.of(
          "/ws/fuzz-b",
          "/ws/fuzz%2Da",
          "/ws/%66uzz-a?since=1&epoch=x&message_id=y",
          "/ws/fuzz-a?since=99999999999999999999",
          "/ws/fuzz-a?since=%ff&=&&a=b=c&%",
          "/ws/",
          "/ws",
          "/ws/a/b",
          "/ws/%2f",
          "/ws/%00",
          "/ws/%",
          "/ws/%f0%9f%98%80",
          "/ws/%ed%a0%80",
          "/ws/" + "x".repeat(64),
          "/ws/" + "x".repeat(65),
          "/WS/fuzz-a",
          "//ws/fuzz-a",
          "/ws/../ws/fuzz-a",
          "*",
          "http://127.0.0.1/ws/fuzz-a",
          "/",
          "/metrics");

  private static final List<String> HEADERS =
      List.of(
          "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
          "Sec-WebSocket-Extensions: ,;=,\"",
          "Sec-WebSocket-Protocol: agentcore, bearer.x",
          "Sec-WebSocket-Protocol: ,,",
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
          "Sec-WebSocket-Version: 8, 13",
          "Sec-WebSocket-Accept: x",
          "Connection: keep-alive, Upgrade",
          "Connection: close",
          "Upgrade: h2c, websocket",
          "Upgrade: WebSocket/13",
          "Origin: null",
          "Origin: http://[::1",
          "Content-Length: 5",
          "Transfer-Encoding: chunked",
          "Expect: 100-continue",
          "Host: elsewhere",
          "Cookie:",
          "X-Forwarded-For: 1.2.3.4, , unknown",
          "Authorization: Bearer ..",
          " folded",
          "\tfolded: x",
          "no colon",
          ": no name",
          "Two Words: x",
          "Very: \u00e4\u00ff\u0080",
          "Lone-Return: a\rb",
          "Lone-Feed: a\nb",
          "Null: \u0000");

  private HeadInputs() {}

  static byte[] random(Dice dice) {
    byte[] bytes = dice.bytes(dice.below(dice.of(4, 100, 3000)));
    return dice.oneIn(2) ? bytes : text(new String(bytes, ISO_8859_1) + END);
  }

  static byte[] mutated(Dice dice) {
    List<String> lines = new ArrayList<>(VALID);
    for (int i = dice.of(0, 1, 1, 1, 2, 3); i > 0; i--) {
      mutate(dice, lines);
    }
    String head = String.join("\r\n", lines) + END;
    return dice.oneIn(8) ? damaged(dice, text(head)) : text(head);
  }

  private static void mutate(Dice dice, List<String> lines) {
    int at = dice.below(lines.size());
    switch (dice.below(9)) {
      case 0 -> lines.set(0, "GET " + dice.of(PATHS) + " HTTP/1.1");
      case 1 ->
          lines.set(0, dice.of("POST", "get", "", "G\u00c4T", "HEAD") + " /ws/fuzz-a HTTP/1.1");
      case 2 ->
          lines.set(0, "GET /ws/fuzz-a" + dice.of(" HTTP/1.0", "", " HTTP/1.1 ", "  HTTP/1.1"));
      case 3 -> lines.remove(lines.size() > 1 ? at : 0);
      case 4 -> lines.add(at, lines.get(at));
      case 5 -> lines.set(at, lines.get(at) + dice.of(" ", "\t", ",", ", x", "=", "\u00e4"));
      case 6 ->
          lines.set(
              at,
              dice.of(
                  lines.get(at).toLowerCase(Locale.ROOT), lines.get(at).toUpperCase(Locale.ROOT)));
      case 7 -> lines.add("Cookie: " + "c".repeat(dice.between(7900, 8100)));
      default -> lines.add(1 + dice.below(lines.size()), dice.of(HEADERS));
    }
    if (lines.isEmpty()) {
      lines.add("");
    }
  }

  private static byte[] damaged(Dice dice, byte[] head) {
    int at = dice.below(head.length);
    if (dice.oneIn(2)) {
      return Arrays.copyOf(head, at);
    }
    head[at] = (byte) dice.below(256);
    return head;
  }

  private static byte[] text(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** Returns whether the server must answer: the head is complete or too large. */
  static boolean isAnswered(byte[] input) {
    return input.length >= MAX_HEAD_BYTES || new String(input, ISO_8859_1).contains(END);
  }
}
