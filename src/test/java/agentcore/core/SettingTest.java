package agentcore.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.example.ChatSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingTest {
  private static final Path FILE = Path.of("config.properties");

  @Test
  void configPropertiesListsExactlyTheSettings() throws IOException {
    List<String> expected = new ArrayList<>();
    for (Setting setting : ChatSetting.all()) {
      expected.add("");
      expected.add("# " + setting.description());
      expected.add((mustBeLeftOut(setting) ? "#" : "") + setting + "=" + setting.defaultValue());
    }
    List<String> lines = Files.readAllLines(FILE);
    int first = lines.indexOf("");
    assertTrue(lines.subList(0, first).stream().allMatch(line -> line.startsWith("#")));
    assertEquals(expected, lines.subList(first, lines.size()));
  }

  /** Its default is empty, but a given value may not be; or {@code --team} changes the default. */
  private static boolean mustBeLeftOut(Setting setting) {
    if (setting == Setting.HOST) {
      return true;
    }
    Map<String, String> empty = Map.of(setting.name(), "");
    return setting.defaultValue().isEmpty()
        && !Config.inspect(ChatSetting.all(), Optional.empty(), empty, Map.of())
            .problems()
            .isEmpty();
  }

  @Test
  void configPropertiesCanBeLoaded() throws Exception {
    Config config = Config.load(ChatSetting.all(), Optional.of(FILE), Map.of(), Map.of());
    for (Setting setting : ChatSetting.all()) {
      assertEquals(setting.defaultValue(), config.text(setting));
    }
  }

  @Test
  void everySettingIsDescribedInOneLine() {
    Set<String> descriptions = new HashSet<>();
    for (Setting setting : ChatSetting.all()) {
      String description = setting.description();
      assertFalse(description.isBlank());
      assertEquals(description.strip(), description);
      assertTrue(description.length() <= 100, description);
      assertFalse(description.contains("\n"));
      assertTrue(descriptions.add(description), "twice: " + description);
    }
  }

  @Test
  void everySettingIsFoundByItsNameAndHasAFlagOfItsOwn() {
    Set<String> flags = new HashSet<>();
    for (Setting setting : ChatSetting.all()) {
      assertEquals(Optional.of(setting), Setting.find(ChatSetting.all(), setting.name()));
      assertTrue(flags.add(setting.flag()));
      assertTrue(setting.flag().matches("--[a-z]+(-[a-z]+)*"), setting.flag());
    }
    assertEquals(Optional.empty(), Setting.find(ChatSetting.all(), "port"));
    assertEquals("--ws-max-message-size", Setting.WS_MAX_MESSAGE_SIZE.flag());
  }
}
