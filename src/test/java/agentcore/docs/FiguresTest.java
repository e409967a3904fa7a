package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.message.CloseCode;
import agentcore.example.ChatConsumer;
import agentcore.example.ChatSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The default values and close codes that pages quote match the code. */
class FiguresTest {
  private static final Pattern DEFAULT =
      Pattern.compile("`([A-Z_]+)`(?:\\s[a-z]+){0,2}\\s\\((\\d[\\d.]*)( s)?\\)");
  private static final Pattern CLOSE_CODE =
      Pattern.compile("(?<![\\d,.])(44\\d\\d|10[01][1-9])\\b");

  /** Returns a page's prose in one line, without measured results. */
  private static String words(Page page) {
    return page.prose()
        .replaceAll("(?ms)^Measured on .*?\\n\\n.*?\\n\\n", "\n\n")
        .replaceAll("\\s+", " ");
  }

  @Test
  void everyQuotedDefaultMatchesSetting() {
    List<String> wrong = new ArrayList<>();
    boolean found = false;
    for (Page page : Page.all()) {
      for (MatchResult quoted : DEFAULT.matcher(words(page)).results().toList()) {
        Optional<Setting> setting = Setting.find(ChatSetting.all(), quoted.group(1));
        found |= setting.isPresent();
        setting
            .map(Setting::defaultValue)
            .filter(value -> !value.equals(quoted.group(2)))
            .ifPresent(value -> wrong.add(page + ": " + quoted.group() + ", not " + value));
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(found);
  }

  @Test
  void everyQuotedCloseCodeExists() {
    Set<String> codes =
        Stream.concat(
                CloseCode.library().stream(),
                new ChatConsumer(Config.defaults()).closeCodes().stream())
            .map(code -> "" + code.number())
            .collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>();
    for (Page page : Page.all()) {
      CLOSE_CODE.matcher(page.prose()).results().map(MatchResult::group).forEach(unknown::add);
    }
    assertFalse(unknown.isEmpty());
    unknown.removeAll(codes);
    assertEquals(Set.of(), unknown);
  }
}
