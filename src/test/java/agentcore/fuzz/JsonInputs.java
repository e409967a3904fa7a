package agentcore.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Generates texts that are JSON, almost JSON, or neither; each has exactly one direct reply. */
final class JsonInputs {
  private static final String[] DEBRIS = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "'",
    "\\",
    "/",
    "//x\n",
    "/**/",
    "#",
    "=",
    ";",
    "\u0000",
    "\u000b",
    "\f",
    "\u00a0",
    "\ufeff",
    "\u2028",
    " ",
    "\n",
    "\t",
    "NaN",
    "-Infinity",
    "0x10",
    "01",
    "1.",
    ".5",
    "+1",
    "1e",
    "True",
    "nul",
    "\\u12",
    "\\ud800",
    "\\x41",
    "\\u",
    "\ud83d\ude00"
  };

  private JsonInputs() {}

  static String next(Dice dice) {
    String text = any(dice);
    return Oddities.fits(text) ? text : next(dice);
  }

  private static String any(Dice dice) {
    String text =
        switch (dice.below(10)) {
          case 0 -> Oddities.value(dice, 4);
          case 1 -> Oddities.deep(dice);
          case 2 -> new String(dice.bytes(dice.below(200)), UTF_8);
          case 3 -> "{\"type\":\"nonsense\",\"x\":" + Oddities.deep(dice) + "}";
          case 4 -> "{\"type\":\"nonsense\",\"x\":" + Oddities.number(dice) + "}";
          case 5 -> manyFields(dice);
          default -> request(dice);
        };
    int damages = dice.oneIn(3) ? 0 : dice.of(1, 1, 1, 2, 5);
    for (int i = 0; i < damages; i++) {
      text = damaged(dice, text);
    }
    return new String(text.getBytes(UTF_8), UTF_8); // as the server will decode it
  }

  /**
   * Returns a request of a type with at most one reply; damage cannot turn it into another type.
   */
  private static String request(Dice dice) {
    return "{\"type\":"
        + Oddities.quoted(dice, dice.of("get_user_status", "nonsense", Oddities.text(dice)))
        + ",\"data\":"
        + Oddities.object(dice, 3)
        + (dice.oneIn(3) ? ",\"id\":" + Oddities.value(dice, 1) : "")
        + (dice.oneIn(5) ? ",\"type\":" + Oddities.value(dice, 1) : "")
        + "}";
  }

  private static String manyFields(Dice dice) {
    StringBuilder text = new StringBuilder("{\"type\":\"nonsense\"");
    for (int i = dice.below(100); i > 0; i--) {
      text.append(",\"").append(dice.of("a", "b" + i, "id", "x")).append("\":");
      text.append(Oddities.number(dice));
    }
    return text.append('}').toString();
  }

  private static String damaged(Dice dice, String text) {
    int from = dice.below(text.length() + 1);
    int to = from + dice.below(Math.min(8, text.length() - from + 1));
    String before = text.substring(0, from);
    String after = text.substring(to);
    return switch (dice.below(6)) {
      case 0 -> before;
      case 1 -> before + after;
      case 2 -> dice.of("\ufeff", " ", ")]}'\n", "\ufeff\ufeff") + text;
      case 3 -> text + dice.of(DEBRIS);
      default -> before + dice.of(DEBRIS) + after;
    };
  }
}
