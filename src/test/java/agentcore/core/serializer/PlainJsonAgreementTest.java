package agentcore.core.serializer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.message.ClientException;
import agentcore.core.message.Message;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Compares PlainJson with gson on random requests, half of them with a few faults. */
class PlainJsonAgreementTest {
  private static final int INPUTS = 200_000;
  private static final String[] NAMES = {"type", "data", "id", "room", "text", "x", "", "\u00e4"};
  private static final String[] PIECES =
      "a room7 { } : , \u007f \u0085 \u00e4 \u2028 \ufeff \ufffd \uffff \ud83d\ude00".split(" ");
  private static final String[] OTHER_VALUES =
      "1 -0 1.5 true false null [] {} [\"a\"] \"\" \"\\n\" \"\\u0041\"".split(" ");
  private static final String[] FAULTS =
      ("{ } [ ] , : ; = \" ' \\ / // # 0 - t null \\n \\u0041 \\ud83d \"a\":\"b\" {\"a\":\"b\"}"
              + " \u0000 \u000b \f \u001f \u007f \u00a0 \u2028 \ufeff \ud83d \ud83d\ude00")
          .split(" ");

  private final SplittableRandom random = new SplittableRandom(20);
  private final Serializer serializer = new Serializer();
  private final RecentStrings recent = new RecentStrings();

  private String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  private String space() {
    return oneIn(8) ? one(" ", "  ", oneIn(10) ? "\n" : " ") : "";
  }

  private String quoted(String text) {
    return space() + "\"" + text + "\"" + space();
  }

  private String value(int levels) {
    if (oneIn(40)) {
      return one(OTHER_VALUES);
    }
    if (levels > 0 && oneIn(levels == 1 ? 20 : 3)) {
      return object(levels - 1);
    }
    return quoted(one(PIECES) + one("", " ", one(PIECES), "r".repeat(64)));
  }

  private String object(int levels) {
    StringBuilder out = new StringBuilder("{");
    int first = random.nextInt(NAMES.length);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      String name = oneIn(20) ? one(NAMES) : NAMES[(first + i) % NAMES.length];
      out.append(i == 0 ? "" : ",").append(quoted(name)).append(':').append(value(levels));
    }
    return out.append('}').append(space()).toString();
  }

  private String faulty(String text) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(4));
    return switch (random.nextInt(8)) {
      case 0 -> text.substring(0, from);
      case 1 -> text.substring(0, from) + text.substring(to);
      case 2 -> text + one(FAULTS);
      case 3 -> one(FAULTS) + text;
      case 4 -> text.substring(0, from) + one(" ", "\t", "\n", "\r") + text.substring(from);
      default -> text.substring(0, from) + one(FAULTS) + text.substring(to);
    };
  }

  private String input() {
    String text = space() + object(2);
    for (int faults = oneIn(2) ? 0 : 1 + random.nextInt(3); faults > 0; faults--) {
      text = faulty(text);
    }
    return new String(text.getBytes(UTF_8), UTF_8); // as the server decodes it
  }

  @Test
  void plainJsonReadsWhatGsonReads() throws IOException {
    int taken = 0;
    for (int i = 0; i < INPUTS; i++) {
      String text = input();
      byte[] utf8 = text.getBytes(UTF_8);
      Optional<Map<String, Object>> plain = PlainJson.read(utf8, 0, utf8.length, recent);
      if (plain.isPresent()) {
        taken++;
        assertEquals(StrictJson.object(text), plain, text);
        assertSameMessage(text);
      }
    }
    assertTrue(taken > INPUTS / 4 && taken < INPUTS * 3 / 4, taken + " taken");
  }

  private void assertSameMessage(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    Message byGson = Serializer.readStrictly(text, utf8.length);
    Message message = serializer.read(utf8, 0, utf8.length).orElseThrow();
    assertEquals(byGson.type(), message.type(), text);
    assertEquals(byGson.id(), message.id(), text);
    assertEquals(byGson.length(), message.length(), text);
    assertEquals(sentence(byGson), sentence(message), text);
    for (String name : NAMES) {
      assertEquals(field(byGson, name), field(message, name), text);
    }
  }

  private static List<String> sentence(Message message) {
    return message.fault().stream().map(fault -> fault.code() + fault.sentence()).toList();
  }

  private static Optional<String> field(Message message, String name) {
    try {
      return message.data().string(name);
    } catch (ClientException wrongKind) {
      return Optional.of(wrongKind.sentence());
    }
  }
}
