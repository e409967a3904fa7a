package agentcore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.CommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest extends CommandLine {
  @TempDir private Path folder;

  private int check(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addFirst("check");
    return run(all.toArray(String[]::new));
  }

  private void assertPrints(String... words) {
    String line = ".*" + String.join("\\s+", words) + ".*";
    assertTrue(out().lines().anyMatch(each -> each.matches(line)), () -> line + " in " + out());
  }

  @Test
  void printsEverySettingWithItsValueAndSource() throws IOException {
    Path file = Files.writeString(folder.resolve("my.properties"), "# mine\nMAX_ROOMS=7\n");
    environment.put("DEFAULT_ROOM", "");
    assertEquals(0, check("--config", file.toString(), "--port", "9000"));
    assertPrints("Settings file:", file.toString());
    assertPrints("MAX_ROOMS", "7", file + ":2");
    assertPrints("DEFAULT_ROOM", "\\(empty\\)", "environment");
    assertPrints("PORT", "9000", "--port");
    assertPrints("HISTORY_SIZE", "1000", "default");
    for (Setting setting : ChatSetting.all()) {
      assertTrue(out().contains("  " + setting + " "), setting::toString);
    }
    assertTrue(out().endsWith("No errors." + System.lineSeparator()), out());
    assertFalse(out().contains("Warnings"), out());
    assertEquals("", err());
  }

  @Test
  void namesEveryErrorAndFails() throws IOException {
    Path file = Files.writeString(folder.resolve("my.properties"), "NONSENSE=1\nMAX_ROOMS=x\n");
    assertEquals(1, check("--config", file.toString(), "--port=y", "--host", "no.such.invalid"));
    assertPrints("names no setting: NONSENSE");
    assertPrints("MAX_ROOMS=x .*:2. must be an integer");
    assertPrints("PORT=y .--port. must be");
    assertPrints("HOST=no.such.invalid: unknown host");
    assertFalse(out().contains("No errors"), out());
  }

  @Test
  void reportsAnUnusableAdminPort() {
    assertEquals(1, check("--admin-port", "8000", "--admin-host", "no.such.invalid"));
    assertPrints("ADMIN_PORT=8000 is the same as PORT");
    assertPrints("ADMIN_HOST=no.such.invalid: unknown host");
    assertEquals(0, check("--admin-port", "8001"));
  }

  @Test
  void reportsAnUnreadableFile() {
    assertEquals(1, check("--config", folder.resolve("none").toString()));
    assertPrints("cannot read");
  }

  @Test
  void doesNotPrintSecrets() {
    String secret = "0123456789abcdef0123456789abcdef";
    environment.put("AUTH_SECRET", secret);
    environment.put("TLS_PASSWORD", "sesame");
    environment.put("REDIS_URL", "redis://me:sesame@127.0.0.1:1");
    environment.put("BACKEND_TYPE", "redis");
    assertEquals(1, check());
    assertFalse(out().contains(secret) || out().contains("sesame"), out());
    assertPrints("AUTH_SECRET", "\\*\\*\\* \\(32 bytes\\)", "environment");
    assertPrints("TLS_PASSWORD", "\\*\\*\\* \\(6 bytes\\)", "environment");
    assertPrints("REDIS_URL: Redis at 127.0.0.1:1 is not reachable");
    assertEquals("", err());
  }

  @Test
  void warningsAreNotFailures() {
    assertEquals(0, check("--host", "0.0.0.0", "--redis-url", "redis://elsewhere:6379/0"));
    assertPrints("Warnings:");
    assertPrints("HOST=0.0.0.0 without AUTH_SECRET");
    assertPrints("REDIS_URL is set, but BACKEND_TYPE=memory");
  }

  @Test
  void warnsOfValuesThatWereMeantForAShell() {
    environment.put("AUTH_SECRET", "0123456789abcdef0123456789abcdef # from the vault");
    environment.put("DEFAULT_ROOM", "'lobby'");
    environment.put("RATE_LIMIT_BURST", "150 # burst");
    assertEquals(0, check());
    assertPrints("AUTH_SECRET", "\\*\\*\\* \\(49 bytes\\)", "environment");
    assertPrints("AUTH_SECRET contains white space and #");
    assertPrints("DEFAULT_ROOM is in quotes");
    assertPrints("RATE_LIMIT_BURST", "150", "environment");
    assertFalse(out().contains("RATE_LIMIT_BURST contains"), out());
    assertFalse(out().contains("vault"), out());
  }

  @Test
  void reportsEmptySecrets() {
    environment.put("AUTH_SECRET", "");
    environment.put("TLS_PASSWORD", "sesame");
    assertEquals(1, check());
    assertPrints("AUTH_SECRET= .environment. must not be empty: leave it out to let anyone");
    assertPrints("TLS_PASSWORD=.* is given without TLS_KEYSTORE");
    assertFalse(out().contains("sesame"), out());
  }

  @Test
  void opensTheKeystoreAndReportsWhenItsCertificateExpires() {
    String file = TestKeystore.make(folder.resolve("key.p12"), "localhost").file().toString();
    assertEquals(0, check("--tls-keystore", file, "--tls-password", TestKeystore.PASSWORD));
    assertPrints("TLS_KEYSTORE=.*: a certificate in it expires at 20");
    assertEquals(1, check("--tls-keystore", file, "--tls-password", "wrong"));
    assertPrints("TLS_KEYSTORE: the keystore .* cannot be used");
    assertEquals(1, check("--tls-keystore", folder.resolve("none").toString()));
    assertPrints("TLS_KEYSTORE=.*/none .* must be a file that can be read");
  }

  @Test
  void reportsAnExpiredCertificate() {
    String file = TestKeystore.make(folder.resolve("key.p12"), "localhost").file().toString();
    Config config =
        Config.defaults()
            .with(Setting.TLS_KEYSTORE, file)
            .with(Setting.TLS_PASSWORD, TestKeystore.PASSWORD);
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(3));
    List<String> wrong = new Checks(config, later, false).errors();
    assertEquals(1, wrong.size());
    assertTrue(wrong.getFirst().contains("a certificate in it expired at"), wrong::toString);
  }

  @Test
  void badFlagIsAUsageError() {
    assertEquals(2, check("--nosuch", "1"));
  }
}
