package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.Installed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README work as described. */
class ReadmeTest {
  @TempDir private Path folder;
  private Shell shell;

  @BeforeEach
  void open() {
    shell = new Shell(folder);
  }

  @AfterEach
  void close() {
    shell.close();
  }

  /** Starts the chat server that the block under test requires. */
  private int server() {
    return shell.start("bin/agentcore").awaitPort();
  }

  private RawClient connect(int port, String path) {
    RawClient client = RawClient.connect(port, path);
    client.nextJson("welcome");
    return client;
  }

  private static void awaitLine(ChildJvm child, String part) {
    Await.until(
        part + " among " + child.out(),
        () -> child.out().stream().anyMatch(line -> line.contains(part)));
  }

  @Test
  void quickStartCommandsWork(TestInfo test) {
    Block block = Block.of(test);
    ChildJvm server = shell.start(block.commands().getFirst());
    assertEquals(shell.port(8000), server.awaitPort());
    String promised = shell.withPorts(block.text().lines().findFirst().orElseThrow());
    assertTrue(promised.endsWith("then: " + server.out().getFirst()), server.out()::toString);
    shell.run(block.commands().get(1));
  }

  @Test
  void curlPostsIntoRoom(TestInfo test) {
    Installed.assume("openssl");
    Installed.assume("curl");
    ChildJvm all = shell.start(Block.of(test).text());
    awaitLine(all, "{\"room\":\"lobby\",\"seq\":1,\"epoch\":\"");
    awaitLine(all, "\"duplicate\":false}");
  }

  @Test
  void twoTerminalsExchangeMessages(TestInfo test) {
    int port = server();
    try (RawClient carol = connect(port, "/ws/carol")) {
      List<ChildJvm> both = Block.of(test).commands().stream().map(shell::start).toList();
      carol.nextJson("user_joined_room");
      carol.nextJson("user_joined_room");
      both.getFirst().type("Hello, bob");
      awaitLine(both.getLast(), "[lobby] alice: Hello, bob");
    }
  }

  @Test
  void scriptSendsOneLine(TestInfo test) {
    try (RawClient alice = connect(server(), "/ws/alice")) {
      shell.run(Block.of(test).text());
      var said = alice.nextJson("chat_message");
      assertEquals("The build is done", said.get("text").getAsString());
      assertEquals("bot", said.get("username").getAsString());
      assertEquals("lobby", said.get("room").getAsString());
    }
  }

  /** The commands do not wait for the server, but say tries until it listens. */
  @Test
  void sayAndAdminUseTheApi(TestInfo test) {
    Installed.assume("openssl");
    ChildJvm all = shell.start(Block.of(test).text());
    awaitLine(all, "lobby  0            public  system");
  }

  @Test
  void settingsCanBeListed(TestInfo test) {
    List<String> lines = shell.run(Block.of(test).text());
    for (Setting setting : ChatSetting.all()) {
      assertTrue(
          lines.stream().anyMatch(line -> line.startsWith("  " + setting.name())), setting.name());
    }
  }

  @Test
  void createdTokenAdmitsUser(TestInfo test) {
    Installed.assume("openssl");
    ChildJvm all = shell.start(Block.of(test).text());
    Await.until("the server and a token", () -> all.out().size() >= 2);
    String token =
        all.out().stream().filter(line -> line.startsWith("eyJ")).findFirst().orElseThrow();
    connect(shell.port(8000), "/ws/alice?token=" + token).close();
    try (RawClient mallory = RawClient.connect(shell.port(8000), "/ws/mallory")) {
      assertEquals(4401, mallory.expectClose().code());
    }
  }

  /** Returns the token of the only line that is a link to the page at an address. */
  private static String tokenOfLink(List<String> lines, String page) {
    List<String> links =
        lines.stream().map(String::strip).filter(line -> line.contains("/#token=")).toList();
    assertEquals(1, links.size(), lines::toString);
    assertTrue(links.getFirst().matches(page + "/#token=[\\w.-]+"), links::toString);
    return links.getFirst().substring(links.getFirst().indexOf('=') + 1);
  }

  @Test
  void teamIsLetIn(TestInfo test) {
    List<String> commands = Block.of(test).commands();
    ChildJvm server = shell.start(commands.getFirst());
    awaitLine(server, "listening on ws://0.0.0.0:");
    int port = shell.port(8000);
    String page = "http://(?!0\\.0\\.0\\.0)[\\d.]+:" + port;
    String own = tokenOfLink(server.out(), page);
    List<String> bens = shell.run(commands.get(1));
    String user = System.getProperty("user.name");
    try (RawClient first = connect(port, "/ws/" + user + "?token=" + own)) {
      shell.start(commands.get(2).replace("LINK", bens.getFirst())).type("Hello from a terminal");
      assertEquals("ben", first.nextJson("chat_message").get("username").getAsString());
    }
    connect(port, "/ws/ben?token=" + tokenOfLink(bens, page)).close();
  }

  @Test
  void teamIsLetInThroughProxyAndTerminal(TestInfo test) {
    List<String> commands = Block.of(test).commands();
    int port = shell.start(commands.get(0)).awaitPort();
    String token = tokenOfLink(shell.run(commands.get(1)), "https://chat\\.example\\.com");
    try (RawClient ben = connect(port, "/ws/ben?token=" + token)) {
      shell.start(commands.get(2)).type("Hello, ben");
      assertEquals("ana", ben.nextJson("chat_message").get("username").getAsString());
    }
  }

  @Test
  void usesOwnTlsKey(TestInfo test) {
    Installed.assume("openssl");
    shell.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 30"
            + " -out fullchain.pem -keyout privkey.pem 2>/dev/null");
    awaitLine(shell.start(Block.of(test).text()), "AgentCore listening on wss://127.0.0.1:");
  }

  @Test
  void twoServersOnOneRedisShareRooms(TestInfo test) {
    List<String> commands = Block.of(test).commands();
    shell.start(commands.getFirst());
    Await.until("Redis to listen", () -> Shell.listens(shell.port(6379)));
    List<ChildJvm> servers = commands.subList(1, 3).stream().map(shell::start).toList();
    servers.forEach(ChildJvm::awaitPort);
    try (RawClient alice = connect(shell.port(8000), "/ws/alice");
        RawClient bob = connect(shell.port(8001), "/ws/bob")) {
      assertEquals("bob", alice.nextJson("user_joined_room").get("username").getAsString());
      bob.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"hi\"}}");
      assertEquals("hi", alice.nextJson("chat_message").get("text").getAsString());
    }
  }

  /** Runs the load generator for one second instead of ten. */
  @Test
  void loadGeneratorMeasures(TestInfo test) {
    List<String> commands = Block.of(test).commands();
    shell.run(commands.getFirst());
    server();
    List<String> lines = shell.run(commands.get(1) + " --rate 20 --warmup 0 --seconds 1");
    assertTrue(lines.stream().anyMatch(line -> line.contains("lost")), lines::toString);
  }
}
