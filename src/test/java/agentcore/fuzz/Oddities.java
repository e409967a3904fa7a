package agentcore.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Generates texts, numbers and values at the limits of what programs expect. */
final class Oddities {
  private static final String[] PIECES = {
    "",
    " ",
    "a",
    "room",
    "\u0000",
    "\u0007",
    "\u001f",
    "\u007f",
    "\u0085",
    "\u00a0",
    "\u2003",
    "\u2028",
    "\u200b",
    "\u200d",
    "\u202e",
    "\u0301",
    "\ufeff",
    "\ufffd",
    "\ufffe",
    "\uffff",
    "\ud83d\ude00",
    "\ud83d",
    "\ude00",
    "\udbff\udfff",
    "\"",
    "\\",
    "/",
    "\\u0000",
    "\n",
    "\r\n",
    "\t",
    "%",
    "%s",
    "{0}",
    "{}",
    "[]",
    "null",
    "<b>",
    "'",
    "$",
    "\u0130",
    "\u00df",
    "\ufb03",
    "\u1d400",
    "\u0f0b",
    "e\u0301",
    "*",
    "?",
    "[a-z]",
    "..",
    ":",
    "{x}",
    "system",
    "lobby"
  };

  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "-1",
    "50",
    "20",
    "21",
    "1000",
    "2147483647",
    "2147483648",
    "-2147483649",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "1.5",
    "1.0",
    "1e2",
    "1E+400",
    "-1e-400",
    "0.1e1",
    "123456789012345678901234567890",
    "1e999999999"
  };

  private static final int[] LENGTHS = {1, 2, 3, 49, 50, 51, 63, 64, 65, 100, 999, 1000, 1001};

  private static final int MAX_BYTES = 100_000;

  private Oddities() {}

  /** Returns whether a text fits the fuzzer's message size limit. */
  static boolean fits(String text) {
    return text.getBytes(UTF_8).length <= MAX_BYTES;
  }

  /** Returns a text, which may contain lone surrogates. */
  static String text(Dice dice) {
    String piece = dice.of(PIECES);
    return switch (dice.below(8)) {
      case 0 -> piece.repeat(dice.of(1, 2, 50, 64, 65));
      case 1 -> "x".repeat(dice.of(49, 50, 51, 64, 65, 1000, 1001)) + piece;
      case 2 -> ofLength(dice, dice.of("x", "\u00e4", "\ud83d\ude00", piece + "y"));
      case 3 -> dice.of(PIECES) + "a" + piece;
      case 4 -> Character.toString(dice.below(0x110000));
      case 5 -> dice.oneIn(50) ? "z".repeat(dice.between(5_000, 20_000)) : piece;
      default -> piece + dice.of(PIECES) + dice.of(PIECES);
    };
  }

  private static String ofLength(Dice dice, String piece) {
    return piece.repeat(LENGTHS[dice.below(LENGTHS.length)]);
  }

  static String number(Dice dice) {
    return switch (dice.below(20)) {
      case 0 -> "9".repeat(dice.between(1, 1023));
      case 1 -> "" + dice.between(-5, 1005);
      default -> dice.of(NUMBERS);
    };
  }

  /** Returns a JSON value of any type. */
  static String value(Dice dice, int depth) {
    return switch (dice.below(depth > 0 ? 8 : 6)) {
      case 0 -> "null";
      case 1 -> dice.of("true", "false");
      case 2, 3 -> number(dice);
      case 4, 5 -> quoted(dice, text(dice));
      case 6 -> list(dice, depth);
      default -> object(dice, depth);
    };
  }

  private static String list(Dice dice, int depth) {
    StringBuilder list = new StringBuilder("[");
    for (int i = dice.below(4); i > 0; i--) {
      list.append(value(dice, depth - 1)).append(i > 1 ? "," : "");
    }
    return list.append(']').toString();
  }

  static String object(Dice dice, int depth) {
    StringBuilder object = new StringBuilder("{");
    for (int i = dice.below(4); i > 0; i--) {
      String name = dice.of("a", "b", "type", "id", "data", "room", "text", dice.of(PIECES));
      object.append(quoted(dice, name)).append(':').append(value(dice, depth - 1));
      object.append(i > 1 ? "," : "");
    }
    return object.append('}').toString();
  }

  /** Returns nested lists or objects, around the permitted depth. */
  static String deep(Dice dice) {
    int depth = dice.of(28, 29, 30, 31, 32, 33, 34, 100, 5000);
    return dice.of("[", "{\"a\":").equals("[")
        ? "[".repeat(depth) + "]".repeat(depth)
        : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
  }

  /**
   * Returns a text as a JSON string; lone surrogates, and sometimes other characters, are escaped.
   */
  static String quoted(Dice dice, String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    boolean escapes = dice.oneIn(4) && text.length() < 5000;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean must = c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c);
      if (must || (escapes && dice.oneIn(3))) {
        out.append(String.format(dice.of("\\u%04x", "\\u%04X"), (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
