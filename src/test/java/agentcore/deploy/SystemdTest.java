package agentcore.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The systemd unit fits the settings, and is hardened; src/dist/test-systemd starts it. */
class SystemdTest {
  private static final Path UNIT = Path.of("src", "dist", "deploy", "agentcore.service");

  /** Of systemd-analyze security, in tenths: 0 is best, 96 is a service without any settings. */
  private static final int MAX_EXPOSURE = 15;

  @TempDir private Path folder;

  private static int number(String name, String unit) {
    Matcher line = Pattern.compile("(?m)^" + name + "=(\\d+)M?$").matcher(unit);
    assertTrue(line.find(), name);
    return Integer.parseInt(line.group(1));
  }

  @Test
  void settingsAndLimitsFitTheServer() throws Exception {
    String unit = Files.readString(UNIT);
    Map<String, String> environment = new HashMap<>();
    Pattern.compile("(?m)^Environment=(.*)")
        .matcher(unit.replaceAll("JAVA_OPTS=.*", ""))
        .results()
        .flatMap(line -> Stream.of(line.group(1).split(" ")))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> environment.put(pair[0], pair[1]));
    assertEquals(
        "json",
        Config.load(ChatSetting.all(), Optional.empty(), environment, Map.of())
            .text(ChatSetting.LOG_FORMAT));
    Matcher secrets = Pattern.compile("# then add (.*)").matcher(unit);
    assertTrue(secrets.find());
    List<String> names = new ArrayList<>(environment.keySet());
    names.addAll(List.of(secrets.group(1).split("=\\.\\.\\.(, )?")));
    for (String name : names) {
      assertTrue(Setting.find(ChatSetting.all(), name).isPresent(), name);
    }
    String scrapes = Files.readString(UNIT.resolveSibling("prometheus.yml"));
    assertTrue(scrapes.contains("127.0.0.1:" + environment.get("ADMIN_PORT")), scrapes);
    assertTrue(number("TimeoutStopSec", unit) > byDefault(Setting.DRAIN_TIMEOUT));
    assertTrue(number("LimitNOFILE", unit) > byDefault(Setting.MAX_TOTAL_CONNECTIONS));
    Matcher heap = Pattern.compile("-Xmx(\\d+)g").matcher(unit);
    assertTrue(heap.find());
    assertTrue(number("MemoryMax", unit) > Integer.parseInt(heap.group(1)) * 1024 + 100);
  }

  private static int byDefault(Setting setting) {
    return Integer.parseInt(setting.defaultValue());
  }

  @Test
  void unitIsValidAndHardened() throws IOException {
    Installed.assume("systemd-analyze");
    String here =
        Files.readString(UNIT).replace("/opt/agentcore", Path.of("").toAbsolutePath().toString());
    Path unit = Files.writeString(folder.resolve("agentcore.service"), here);
    assertSucceeds("verify", unit.toString());
    assertSucceeds("security", "--offline=true", "--threshold=" + MAX_EXPOSURE, unit.toString());
  }

  private static void assertSucceeds(String... args) {
    List<String> command = new ArrayList<>(List.of("systemd-analyze"));
    command.addAll(List.of(args));
    try (ChildJvm analyze = ChildJvm.start(command, Map.of())) {
      assertEquals(0, analyze.awaitExit(), () -> "" + analyze.out() + analyze.err());
      assertEquals(List.of(), analyze.err().stream().filter(l -> l.contains("agentcore")).toList());
    }
  }
}
