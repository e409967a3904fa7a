package agentcore.cli.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.FreePort;
import agentcore.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code say} and {@code admin} as processes, as a script uses them. */
class ApiProcessTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final Map<String, String> SETTINGS = Map.of("API_KEYS", "ci:" + KEY);

  @TempDir private Path folder;
  private Path keyFile;

  @BeforeEach
  void writeKey() throws IOException {
    keyFile = Files.writeString(folder.resolve("key"), KEY);
  }

  private ChildJvm program(String url, String... args) {
    return program(List.of(), url, args);
  }

  private ChildJvm program(List<String> jvmOptions, String url, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(1, List.of("--url", url, "--key-file", keyFile.toString()));
    List<String> options = new ArrayList<>(jvmOptions);
    options.add("-Djdk.console=java.base");
    return ChildJvm.run(options, all.toArray(String[]::new));
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  private static void assertSucceeds(ChildJvm program) {
    assertEquals(0, program.awaitExit(), () -> program.err().toString());
    assertEquals(List.of(), program.err());
  }

  @Test
  void textComesFromAPipe() {
    try (TestServer server = TestServer.startWithPage(SETTINGS);
        RawClient alice = server.welcomed("alice");
        ChildJvm say = program(url(server.port()), "say", "--room", "lobby")) {
      say.type("first line \u00fc", "second line");
      say.endInput();
      assertSucceeds(say);
      assertEquals(
          "first line \u00fc\nsecond line",
          alice.nextJson("chat_message").get("text").getAsString());
      assertEquals(List.of(), say.out());
    }
  }

  @Test
  @SuppressWarnings("try")
  void listsAreForScripts() {
    try (TestServer server = TestServer.startWithPage(SETTINGS);
        RawClient alice = server.welcomed("alice");
        ChildJvm admin = program(url(server.port()), "admin", "users")) {
      assertSucceeds(admin);
      assertEquals(List.of("USER   ROOMS", "alice  lobby"), admin.out());
    }
  }

  @Test
  void waitsForAServerThatIsBeingStarted() {
    int port = FreePort.next();
    try (ChildJvm say =
            program(url(port), "say", "--room", "lobby", "--retry", "60", "--json", "x");
        ServerProcess server =
            ServerProcess.start(Map.of("API_KEYS", "ci:" + KEY, "PORT", "" + port))) {
      assertSucceeds(say);
      assertEquals(port, server.port());
      assertEquals(1, say.out().size());
    }
  }

  @Test
  void messageIsStoredOnceThoughItsAnswerIsLost() {
    try (TestServer server = TestServer.startWithPage(SETTINGS);
        FaultProxy proxy = FaultProxy.to(server.port());
        RawClient alice = server.welcomed("alice")) {
      proxy.stall(FaultProxy.Direction.TO_CLIENT);
      try (ChildJvm say =
          program(url(proxy.port()), "say", "--room", "lobby", "--retry", "60", "--json", "x")) {
        alice.nextJson("chat_message");
        proxy.cut();
        proxy.heal();
        assertSucceeds(say);
        Await.until("the receipt", () -> say.out().size() == 1);
        assertEquals(true, say.out().getFirst().contains("\"duplicate\":true"));
      }
    }
  }

  @Test
  void reachesServerOverTlsOnlyIfItsCertificateIsTrusted() {
    TestKeystore keystore = TestKeystore.make(folder.resolve("key.p12"), "localhost");
    Path trustStore = folder.resolve("trust.p12");
    keystore.writeTrustStore(trustStore);
    Map<String, String> settings =
        Map.of(
            "API_KEYS",
            "ci:" + KEY,
            "TLS_KEYSTORE",
            keystore.file().toString(),
            "TLS_PASSWORD",
            TestKeystore.PASSWORD);
    try (TestServer server = TestServer.startWithPage(settings)) {
      String url = "https://localhost:" + server.port();
      List<String> trust =
          List.of(
              "-Djavax.net.ssl.trustStore=" + trustStore,
              "-Djavax.net.ssl.trustStorePassword=" + TestKeystore.PASSWORD);
      try (ChildJvm trusting = program(trust, url, "say", "--room", "lobby", "x");
          ChildJvm other = program(url, "say", "--room", "lobby", "x")) {
        assertSucceeds(trusting);
        assertEquals(1, other.awaitExit());
        assertEquals(1, other.err().size());
      }
    }
  }
}
