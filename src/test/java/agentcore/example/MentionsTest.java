package agentcore.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MentionsTest {
  private static final int MAX = 100;

  private static List<String> in(String text) {
    return List.copyOf(Mentions.in(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ann", "@", "@ ", "@ ann", "ann@", "me@ann", "_@ann", "9@ann", "é@ann"})
  void findsNobody(String text) {
    assertFalse(Mentions.in(text).contains("ann"), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@ann",
        "@ann ",
        " @ann",
        "(@ann)",
        "@ann!",
        "@ann's",
        "@ann-lee",
        "@ann.",
        "@@ann",
        "-@ann",
        "😀@ann😀",
        "@ann\u2019s",
        "\n@ann\n",
        "@bob @ann",
        "@bob,@ann",
        "@ann@ann"
      })
  void findsAnn(String text) {
    assertTrue(Mentions.in(text).contains("ann"), text);
  }

  @ParameterizedTest
  @CsvSource({"'@ann\nlee'", "'@ann\r\nlee'", "'@ann\tlee'", "@ann/lee", "'@ann\u0085lee'"})
  void idEndsBeforeAControlCharacterOrASlash(String text) {
    assertEquals(List.of("ann"), in(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@annabel",
        "@ann_",
        "@ann1",
        "@anné",
        "@ann\u0308",
        "@ann\u0903",
        "@ann\uD835\uDD38",
        "@Ann",
        "@an",
        "@a nn"
      })
  void findsOthersThanAnn(String text) {
    assertFalse(Mentions.in(text).contains("ann"), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "@Ann Lee, hi | Ann Lee",
        "@Ann Lee, hi | Ann",
        "@Ann Lee, hi | Ann Lee,",
        "@Ann Lee, hi | Ann Lee, hi",
        "hi @ann@example.com! | ann@example.com",
        "hi @ann@example.com! | ann",
        "well @😀 | 😀",
        "well @😀😀 | 😀😀",
        "well @Zoë. | Zoë",
        "say @O'Brien \"Bob\" | O'Brien \"Bob\"",
        "@@ann | @ann",
        "@ann@bob | bob?"
      })
  void findsNamesWithSpacesAndPunctuation(String text, String name) {
    boolean isWordBefore = name.endsWith("?"); // bob stands behind a word
    assertEquals(!isWordBefore, Mentions.in(text).contains(name.replace("?", "")), text);
  }

  /** The name is compared as it is: not normalised, and with its capitals. */
  @Test
  void comparesCodePoints() {
    assertEquals(List.of("Zoe\u0308"), in("@Zoe\u0308"));
    assertEquals(List.of("Zo\u00eb"), in("@Zo\u00eb"));
    assertEquals(List.of("\uD835\uDD38"), in("@\uD835\uDD38")); // a letter beyond 16 bits
    assertEquals(List.of(), in("\uD835\uDD38@ann")); // and as part of a word before
  }

  @Test
  void namesEndAtTheLongestUserId() {
    String longest = "x".repeat(64);
    assertEquals(List.of(longest), in("@" + longest));
    assertEquals(List.of(), in("@" + longest + "x"));
    assertEquals(List.of("😀".repeat(64)), in("@" + "😀".repeat(64)).subList(63, 64));
    assertEquals(64, in("@" + "😀".repeat(65)).size());
  }

  @Test
  void namesDoNotEndWithWhiteSpace() {
    assertEquals(List.of("ann", "ann  lee"), in("@ann  lee \t"));
    assertEquals(List.of("a\u00a0b"), in("@a\u00a0b\u00a0").subList(1, 2));
  }

  @Test
  void eachNameIsThereOnce() {
    assertEquals(List.of("ann"), in("@ann").subList(0, 1));
    assertEquals(List.of("bob", "ann"), in("@bob\n@ann").subList(0, 2));
    assertEquals(1, in("@ann @ann @ann").stream().filter("ann"::equals).count());
  }

  @Test
  void findsHundredUsersAndTheFirstOnes() {
    String text =
        IntStream.range(0, MAX + 1).mapToObj(i -> "@user" + i).collect(Collectors.joining(" "));
    Set<String> found = Mentions.in(text);
    assertEquals(
        IntStream.range(0, MAX).mapToObj(i -> "user" + i).collect(Collectors.toSet()), found);
  }

  /** Of fewer users the longer names come after the short names of all of them. */
  @Test
  void dropsTheLongestNamesFirst() {
    String text = "@a b c d e f " + "@x y ".repeat(3);
    assertEquals(List.of("a", "x", "a b", "x y"), in(text).subList(0, 4));
    String many =
        IntStream.range(0, MAX - 1).mapToObj(i -> "@user" + i).collect(Collectors.joining(" "));
    List<String> found = in(many);
    assertEquals(MAX, found.size());
    assertEquals("user0", found.getFirst());
    assertEquals("user98", found.get(MAX - 2));
    assertEquals("user0 @user1", found.getLast());
  }

  @Test
  void mentionsAtTheEndAreFoundBehindManySignsThatNameNobody() {
    assertTrue(Mentions.in("a@b ".repeat(1000) + "@ann").contains("ann"));
    assertTrue(Mentions.in("@ ".repeat(1000) + "@ann").contains("ann"));
  }

  @Test
  void millionSignsAreReadInLinearTime() {
    assertEquals(64, Mentions.in("@".repeat(1_000_000)).size());
    assertEquals(0, Mentions.in("x" + "@x".repeat(1_000_000)).size());
    assertTrue(Mentions.in("@x ".repeat(1_000_000)).contains("x"));
    assertEquals(Set.of(), Mentions.in("@ ".repeat(1_000_000)));
  }
}
