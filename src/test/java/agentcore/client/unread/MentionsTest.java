package agentcore.client.unread;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MentionsTest {
  @Test
  void mentionsAreThoseOfTheServer() {
    int[] characters = "@ab A_1.\u00e9\u0301\u2003\ud835\udc9c".codePoints().toArray();
    Random random = new Random(7);
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder("@ab".substring(0, random.nextInt(4)));
      IntStream.range(0, random.nextInt(1, 9))
          .forEach(n -> text.appendCodePoint(characters[random.nextInt(characters.length)]));
      for (String user : List.of("ab", "ab a", "a.")) {
        String shown = text + " / " + user;
        boolean expected = agentcore.example.Mentions.in(text.toString()).contains(user);
        assertEquals(expected, Mentions.in(text.toString(), user), shown);
      }
    }
  }
}
