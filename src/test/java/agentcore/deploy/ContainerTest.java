package agentcore.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Dockerfile and the Compose files fit this version and its settings. */
class ContainerTest {
  private static final Path FOLDER = Path.of("src", "dist", "deploy");
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static String read(String name) throws IOException {
    return Files.readString(FOLDER.resolve(name));
  }

  private static String only(String pattern, String text) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertTrue(found.find(), pattern);
    return found.group(1);
  }

  private static Config config(Map<String, String> environment) throws Exception {
    for (String name : environment.keySet()) {
      assertTrue(Setting.find(ChatSetting.all(), name).isPresent(), name);
    }
    return Config.load(ChatSetting.all(), Optional.empty(), environment, Map.of());
  }

  @Test
  void dockerfileUsesThisVersionAndExistingSettings() throws Exception {
    String recipe = read("Dockerfile");
    String folder = "agentcore-" + AgentCore.version() + "-linux-x86_64";
    assertEquals(folder + ".tar.gz", only("ADD (\\S+) /opt", recipe));
    assertEquals("/opt/" + folder + "/bin/agentcore", only("ENTRYPOINT \\[\"(.*)\"\\]", recipe));
    Map<String, String> settings = new HashMap<>();
    for (String pair : only("ENV (.*) JAVA_OPTS=.*", recipe).split(" ")) {
      settings.put(pair.split("=")[0], pair.split("=")[1]);
    }
    assertEquals("json", config(settings).text(ChatSetting.LOG_FORMAT));
    assertEquals(Setting.PORT.defaultValue(), only("EXPOSE (\\d+)", recipe));
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose-redis.yaml"})
  void composeFileUsesThisVersionAndExistingSettings(String name) throws Exception {
    String text = read(name);
    assertEquals(AgentCore.version(), only("image: agentcore:(\\S+)", text));
    assertTrue(
        Integer.parseInt(only("stop_grace_period: (\\d+)s", text))
            > Integer.parseInt(Setting.DRAIN_TIMEOUT.defaultValue()));
    assertEquals(Setting.PORT.defaultValue(), only("127\\.0\\.0\\.1:\\d+:(\\d+)\"", text));
    Map<String, String> settings = new HashMap<>();
    Pattern.compile("(?m)^ +([A-Z_]+): (\\S+)")
        .matcher(text.replaceAll("\\$\\{AUTH_SECRET:[^}]*}", SECRET))
        .results()
        .forEach(pair -> settings.put(pair.group(1), pair.group(2)));
    assertEquals(SECRET, config(settings).text(Setting.AUTH_SECRET));
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose-redis.yaml"})
  void composeAcceptsFileOnlyWithSecret(String name) {
    Installed.assume("docker-compose");
    assertEquals(0, check(name, SECRET));
    assertEquals(1, check(name, ""));
  }

  private static int check(String name, String secret) {
    String file = FOLDER.resolve(name).toString();
    List<String> command = List.of("docker-compose", "-f", file, "config", "--quiet");
    try (ChildJvm compose = ChildJvm.start(command, Map.of("AUTH_SECRET", secret))) {
      return compose.awaitExit();
    }
  }
}
