package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import agentcore.testkit.protocol.ErrorCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tests ({@code SomeTest.someMethod}), settings ({@code LIKE_THIS}) and relative links in the
 * README and in src/docs exist.
 */
class DocsTest {
  private static final Path TESTS = Path.of("src", "test", "java");

  private static final Pattern TEST = Pattern.compile("(\\w+(?:Test|Contract))(?:\\.(\\w+))?");
  private static final Pattern IN_CAPITALS = Pattern.compile("([A-Z][A-Z0-9_]+)(?:=.*)?");
  private static final Pattern WITH_UNDERSCORE =
      Pattern.compile("\\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\\b");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  /** Words in capitals that are neither settings nor error codes. */
  private static final Set<String> OTHER_WORDS =
      Set.of(
          "XDG_STATE_HOME", // says where programs keep what must outlast a restart
          "JAVA_OPTS", // of bin/agentcore
          "AGENTCORE_TOKEN", // of its command chat
          "AGENTCORE_API_KEY", // of its commands say and admin
          "GAVE_UP", // this and the following are codes of the page's client
          "NOT_CONNECTED",
          "CONNECTION_LOST",
          "CLOSED");

  @Test
  void everyTestNamedOnPagesExists() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Page page : Page.all()) {
      for (MatchResult named : page.code(TEST)) {
        if (!isTest(named.group(1), named.group(2))) {
          missing.add(page + ": " + named.group());
        }
      }
    }
    assertEquals(List.of(), missing);
    assertFalse(Page.read(Page.FOLDER.resolve("security.md")).code(TEST).isEmpty());
  }

  /** Returns whether the class exists and has that method, if one is given. */
  private static boolean isTest(String className, String method) throws IOException {
    List<Path> sources;
    try (Stream<Path> all = Files.walk(TESTS)) {
      sources = all.filter(file -> file.endsWith(className + ".java")).toList();
    }
    return sources.size() == 1
        && (method == null || Files.readString(sources.getFirst()).contains(" " + method + "("));
  }

  @Test
  void everySettingNamedOnPagesExists() {
    List<String> unknown = new ArrayList<>();
    for (Page page : Page.all()) {
      Stream<String> inCode = page.code(IN_CAPITALS).stream().map(named -> named.group(1));
      Stream<String> anywhere =
          WITH_UNDERSCORE.matcher(page.textWithoutJava()).results().map(MatchResult::group);
      Stream.concat(inCode, anywhere)
          .filter(word -> !isKnown(word))
          .forEach(word -> unknown.add(page + ": " + word));
    }
    assertEquals(List.of(), unknown);
  }

  private static boolean isKnown(String word) {
    return Setting.find(ChatSetting.all(), word).isPresent()
        || ErrorCodes.all().contains(word)
        || OTHER_WORDS.contains(word);
  }

  @Test
  void everyRelativeLinkHasTarget() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Page page : Page.all()) {
      Matcher link = LINK.matcher(page.prose());
      while (link.find()) {
        if (!link.group(1).contains("://")
            && !hasTarget(page.file(), link.group(1), link.group(2))) {
          broken.add(page + ": " + link.group());
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  private static boolean hasTarget(Path page, String file, String anchor) throws IOException {
    Path target = file.isEmpty() ? page : page.resolveSibling(file);
    if (!Files.exists(target) || anchor == null) {
      return Files.exists(target);
    }
    return HEADING
        .matcher(Page.read(target).prose())
        .results()
        .anyMatch(heading -> anchor.equals(anchorOf(heading.group(1))));
  }

  /** Returns the anchor that GitHub and similar sites generate for a heading. */
  private static String anchorOf(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
  }
}
