package agentcore.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.security.SecretFile;
import agentcore.example.ChatSetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every setting, from every source, with the characters that a shell, a file or a person may add to
 * its value. The expected results follow from the rules of the README, not from the code.
 */
class SettingSourcesTest {
  /** Settings in whose values every # counts. A comment may follow the values of all others. */
  private static final Set<Setting> WITHOUT_COMMENTS =
      Set.of(
          Setting.TLS_KEYSTORE,
          Setting.TLS_PASSWORD,
          Setting.REDIS_URL,
          Setting.AUTH_SECRET,
          Setting.AUTH_SECRET_FILE,
          Setting.ALLOWED_ORIGINS,
          ChatSetting.API_KEYS,
          ChatSetting.DEFAULT_ROOM);

  /** Settings that accept any text, also one with a # or a quote. */
  private static final Set<Setting> FREE =
      Set.of(
          Setting.TLS_KEYSTORE,
          Setting.TLS_PASSWORD,
          Setting.REDIS_CHANNEL_PREFIX,
          Setting.AUTH_SECRET,
          Setting.AUTH_SECRET_FILE,
          ChatSetting.API_KEYS,
          ChatSetting.DEFAULT_ROOM);

  private static final Set<Setting> NEVER_EMPTY =
      Set.of(
          Setting.TLS_KEYSTORE,
          Setting.TLS_PASSWORD,
          Setting.AUTH_SECRET,
          Setting.AUTH_SECRET_FILE,
          ChatSetting.API_KEYS);

  private static final Set<Setting> FILES = Set.of(Setting.TLS_KEYSTORE, Setting.AUTH_SECRET_FILE);

  private static final Map<Setting, String> SAMPLES =
      Map.of(
          Setting.ADMIN_PORT, "8001",
          Setting.HISTORY_BYTES, "2000000",
          Setting.SEND_QUEUE_TOTAL_BYTES, "2000000",
          Setting.RECEIVE_TOTAL_BYTES, "2000000",
          Setting.TLS_PASSWORD, "sesame",
          Setting.AUTH_SECRET, "0123456789abcdef0123456789abcdef",
          ChatSetting.API_KEYS, "ci:0123456789abcdef0123456789abcdef",
          Setting.ALLOWED_ORIGINS, "https://chat.example.com",
          Setting.TRUSTED_PROXIES, "10.0.0.0/8");

  enum From {
    FILE,
    ENVIRONMENT,
    FLAG
  }

  @TempDir private Path folder;

  static List<Setting> everySetting() {
    return ChatSetting.all();
  }

  static Stream<Arguments> everySettingFromEverySource() {
    return ChatSetting.all().stream()
        .flatMap(setting -> Stream.of(From.values()).map(from -> Arguments.of(setting, from)));
  }

  /** A valid value. For a file, the test creates it before it uses the value. */
  private String sample(Setting setting) {
    return FILES.contains(setting)
        ? folder.resolve("key").toString()
        : SAMPLES.getOrDefault(setting, setting.defaultValue());
  }

  private Config.Inspection given(Setting setting, From from, String written) {
    try {
      Optional<Path> file = Optional.empty();
      Map<String, String> environment = Map.of();
      Map<Setting, String> flags = Map.of();
      switch (from) {
        case FILE ->
            file =
                Optional.of(
                    Files.writeString(folder.resolve("settings"), setting + "=" + written + "\n"));
        case ENVIRONMENT -> environment = Map.of(setting.name(), written);
        case FLAG -> flags = Map.of(setting, written);
      }
      return Config.inspect(ChatSetting.all(), file, environment, flags);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> problemsOf(Config.Inspection seen, Setting setting) {
    // a password without a keystore is a problem of its own
    return seen.problems().stream()
        .filter(problem -> problem.startsWith(setting + "="))
        .filter(problem -> !problem.contains("without TLS_KEYSTORE"))
        .toList();
  }

  private void assertTaken(Setting setting, From from, String written, String expected) {
    if (FILES.contains(setting)) {
      create(expected);
    }
    Config.Inspection seen = given(setting, from, written);
    assertEquals(List.of(), problemsOf(seen, setting), () -> "[" + written + "]");
    assertEquals(expected, seen.config().text(setting), () -> "[" + written + "]");
  }

  private void assertRefused(Setting setting, From from, String written) {
    Config.Inspection seen = given(setting, from, written);
    List<String> problems = problemsOf(seen, setting);
    assertEquals(1, problems.size(), () -> "[" + written + "] is " + seen.config().text(setting));
    String source =
        switch (from) {
          case FILE -> folder.resolve("settings") + ":1";
          case ENVIRONMENT -> "environment";
          case FLAG -> setting.flag();
        };
    assertTrue(problems.getFirst().contains("(" + source + ")"), problems::toString);
  }

  private static void create(String file) {
    try {
      if (!Files.exists(Path.of(file))) {
        SecretFile.create(Path.of(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("everySettingFromEverySource")
  void valueAloneIsTaken(Setting setting, From from) {
    assertTaken(setting, from, sample(setting), sample(setting));
  }

  @ParameterizedTest
  @MethodSource("everySettingFromEverySource")
  void numberSignAtTheBeginningBelongsToTheValue(Setting setting, From from) {
    String written = "#" + sample(setting);
    if (FREE.contains(setting) && !hasForm(setting)) {
      assertTaken(setting, from, written, written);
    } else {
      assertRefused(setting, from, written); // there is no such file, number, word or address
    }
  }

  @ParameterizedTest
  @MethodSource("everySettingFromEverySource")
  void numberSignWithoutWhiteSpaceBeforeItBelongsToTheValue(Setting setting, From from) {
    String written = sample(setting) + "#x";
    if (FREE.contains(setting)) {
      assertTaken(setting, from, written, written);
    } else {
      assertRefused(setting, from, written);
    }
  }

  @ParameterizedTest
  @MethodSource("everySettingFromEverySource")
  void commentMayFollowExceptInTextValues(Setting setting, From from) {
    for (String comment : List.of(" # per user", "\t#x", "   ## a # b")) {
      String written = sample(setting) + comment;
      if (from != From.FLAG && !WITHOUT_COMMENTS.contains(setting)) {
        assertTaken(setting, from, written, sample(setting));
      } else if (FREE.contains(setting) && !(isName(setting) && comment.startsWith("\t"))) {
        assertTaken(setting, from, written, written);
      } else {
        assertRefused(setting, from, written);
      }
    }
  }

  /** Settings that accept any characters, but not at the beginning and the end. */
  private static boolean hasForm(Setting setting) {
    return FILES.contains(setting) || setting == ChatSetting.API_KEYS;
  }

  /** Settings that accept no control character, and so no tabulator. */
  private static boolean isName(Setting setting) {
    return setting == ChatSetting.DEFAULT_ROOM
        || setting == Setting.REDIS_CHANNEL_PREFIX
        || setting == ChatSetting.API_KEYS;
  }

  @ParameterizedTest
  @MethodSource("everySettingFromEverySource")
  void commentAloneIsAnEmptyValueIfCommentsAreAllowed(Setting setting, From from) {
    String written = " # nothing";
    if (from != From.FLAG && !WITHOUT_COMMENTS.contains(setting)) {
      assertEquals("", given(setting, from, written).config().text(setting));
    } else if (FREE.contains(setting)) {
      assertFalse(given(setting, from, written).config().text(setting).isEmpty());
    } else {
      assertRefused(setting, from, written);
    }
  }

  @ParameterizedTest
  @MethodSource("everySettingFromEverySource")
  void quotesBelongToTheValue(Setting setting, From from) {
    for (String quote : List.of("\"", "'")) {
      String written = quote + sample(setting) + quote;
      if (FREE.contains(setting) && !hasForm(setting)) {
        assertTaken(setting, from, written, written);
      } else {
        assertRefused(setting, from, written);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everySettingFromEverySource")
  void whiteSpaceAroundTheValueIsRemovedExceptFromAPassword(Setting setting, From from) {
    for (String around : List.of(" ", "\t", "  \t ")) {
      String written = around + sample(setting) + around;
      boolean isKept = setting == Setting.TLS_PASSWORD && from != From.FILE;
      assertTaken(setting, from, written, isKept ? written : sample(setting));
    }
  }

  @ParameterizedTest
  @MethodSource("everySettingFromEverySource")
  void emptyValueOfASettingThatProtectsSomethingIsRefused(Setting setting, From from) {
    for (String written : List.of("", "  ", "\t")) {
      if (NEVER_EMPTY.contains(setting)) {
        assertRefused(setting, from, written);
        String problem = problemsOf(given(setting, from, written), setting).getFirst();
        assertTrue(problem.contains(" must not be empty: leave it out "), problem);
      } else {
        assertEquals("", given(setting, from, written).config().text(setting));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everySetting")
  void secretIsNeverEmptyAndNeverShown(Setting setting) {
    boolean isSecret = setting.name().matches(".*(SECRET|PASSWORD|_KEYS?)");
    String shown = Config.defaults().with(setting, sampleThatExists(setting)).shown(setting);
    assertEquals(isSecret, !shown.contains(sampleThatExists(setting)), shown);
    assertTrue(!isSecret || NEVER_EMPTY.contains(setting));
  }

  private String sampleThatExists(Setting setting) {
    if (FILES.contains(setting)) {
      create(sample(setting));
    }
    return sample(setting);
  }

  @ParameterizedTest
  @MethodSource("everySettingFromEverySource")
  void valueThatIsNotUtf8IsRefused(Setting setting, From from) {
    if (from != From.FILE) { // a file is refused as a whole
      assertRefused(setting, from, sample(setting) + "\ufffd");
    }
  }

  @ParameterizedTest
  @MethodSource("everySetting")
  void fileMayBeginWithAByteOrderMarkAndHaveLineEndsOfWindows(Setting setting) throws IOException {
    String value = sampleThatExists(setting);
    for (String text :
        List.of(
            "\ufeff" + setting + "=" + value,
            "\ufeff" + setting + "=" + value + "\r\n# end\r\n",
            "# begin\r\n" + setting + "=" + value + "\r\n",
            "\ufeff# begin\r\n\r\n  " + setting + " = " + value + " \r\n")) {
      Path file = Files.writeString(folder.resolve("settings"), text);
      Config.Inspection seen =
          Config.inspect(ChatSetting.all(), Optional.of(file), Map.of(), Map.of());
      assertEquals(value, seen.config().text(setting));
      assertEquals(List.of(), problemsOf(seen, setting));
    }
  }
}
