package agentcore.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.Config;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of the API. */
class ApiKeysTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @Test
  void nameBelongsToEachOfItsSecrets() {
    ApiKeys keys = ApiKeys.parse("a:" + SECRET + " , a:x" + SECRET + ":read");
    assertEquals("a", keys.find(SECRET).orElseThrow().name());
    assertEquals(3, keys.find(SECRET).orElseThrow().scopes().size());
    assertEquals(1, keys.find("x" + SECRET).orElseThrow().scopes().size());
    assertEquals(Optional.empty(), keys.find(""));
    assertEquals(Optional.empty(), keys.find(SECRET + "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SECRET,
        "a:short",
        "a:0123456789abcdef0123456789abcde",
        ":" + SECRET,
        "a b:" + SECRET,
        "a:" + SECRET + ":",
        "a:" + SECRET + ":all",
        "a:" + SECRET + ":READ",
        "a:" + SECRET + ":read:publish",
        "a:" + SECRET + ",",
        ",a:" + SECRET,
        "a:" + SECRET + ",b",
        "ä:" + SECRET,
        "a:ä" + SECRET
      })
  void malformedListIsRefusedAndNotShown(String list) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ApiKeys.parse(list)).getMessage();
    assertFalse(message.contains(SECRET), message);
    Config.Inspection seen =
        Config.inspect(ChatSetting.all(), Optional.empty(), Map.of("API_KEYS", list), Map.of());
    assertEquals(1, seen.problems().size());
    assertFalse(seen.problems().getFirst().contains(SECRET), seen.problems().getFirst());
    assertFalse(seen.config().shown(ChatSetting.API_KEYS).contains(SECRET));
  }

  @Test
  void emptyOrMisspeltListStopsTheStart() {
    for (String name : new String[] {"API_KEYS", "api_keys", "APIKEYS"}) {
      Map<String, String> environment = Map.of(name, name.equals("API_KEYS") ? " " : SECRET);
      assertEquals(
          1,
          Config.inspect(ChatSetting.all(), Optional.empty(), environment, Map.of())
              .problems()
              .size(),
          name);
    }
  }
}
