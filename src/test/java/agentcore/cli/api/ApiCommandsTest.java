package agentcore.cli.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.process.CommandLine;
import agentcore.testkit.process.FreePort;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code say} and {@code admin} on a server of their own. */
class ApiCommandsTest extends CommandLine {
  private static final String ALL = "0123456789abcdef0123456789abcdef";
  private static final String PUBLISH = "the secret that may only publish 32";
  private static final String KEYS = "ci:" + PUBLISH + ":publish, ops:" + ALL;

  private final TestServer server =
      TestServer.startWithPage(Map.of("API_KEYS", KEYS, "API_RATE_LIMIT", "0"));

  @TempDir private Path folder;

  ApiCommandsTest() {
    environment.put("API_KEYS", KEYS);
    environment.put("PORT", "" + server.port());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void assertSucceeds(String... args) {
    assertEquals(0, run(args), err());
    assertEquals("", err());
  }

  private List<String> lines(String... args) {
    int before = out().length();
    assertSucceeds(args);
    return out().substring(before).lines().toList();
  }

  private JsonObject json(String... args) {
    List<String> lines = lines(args);
    assertEquals(1, lines.size());
    return JsonParser.parseString(lines.getFirst()).getAsJsonObject();
  }

  private void assertFails(int code, String error, String... args) {
    int before = err().length();
    assertEquals(code, run(args));
    assertEquals("agentcore: " + error, err().substring(before).strip());
    assertEquals("", out());
  }

  @Test
  void sayReachesTheMembersOfARoom() {
    try (RawClient alice = server.welcomed("alice")) {
      assertSucceeds("say", "--room", "lobby", "The", "build", "is done");
      JsonObject event = alice.nextJson("chat_message");
      assertEquals("The build is done", event.get("text").getAsString());
      assertEquals("ci", event.get("username").getAsString());
      assertSucceeds("say", "--room=lobby", "--as", "J\u00fcrgen", "--", "--room");
      event = alice.nextJson("chat_message");
      assertEquals("--room", event.get("text").getAsString());
      assertEquals("J\u00fcrgen", event.get("username").getAsString());
      assertEquals("", out());
    }
  }

  @Test
  void sayReachesAUser() {
    try (RawClient alice = server.welcomed("al ice")) {
      assertSucceeds("say", "--user", "al ice", "psst");
      assertEquals("psst", alice.nextJson("private_message").get("text").getAsString());
    }
    assertFails(1, "User not found", "say", "--user", "bob", "psst");
  }

  @Test
  void sayToAUserWhoIsAwayIsStoredOnce() {
    server.welcomed("carl").close();
    JsonObject first = json("say", "--user", "carl", "--id", "7", "--json", "x");
    JsonObject second = json("say", "--user", "carl", "--id", "7", "--json", "x");
    assertEquals(1, first.get("seq").getAsInt());
    assertTrue(second.get("duplicate").getAsBoolean());
  }

  @Test
  void sayWithAnIdIsStoredOnce() {
    JsonObject first = json("say", "--room", "lobby", "--id", "7", "--json", "x");
    JsonObject second = json("say", "--room", "lobby", "--id", "7", "--json", "x");
    assertEquals(1, first.get("seq").getAsInt());
    assertTrue(second.get("duplicate").getAsBoolean());
    assertEquals(first.get("message_id"), second.get("message_id"));
    assertEquals(2, json("say", "--room", "lobby", "--json", "x").get("seq").getAsInt());
  }

  @Test
  @SuppressWarnings("try")
  void adminListsRoomsAndUsers() {
    assertSucceeds("admin", "create", "h\u00e4h? /", "--private");
    try (RawClient alice = server.welcomed("alice");
        RawClient second = server.welcomed("alice");
        RawClient bob = server.welcomed("bob")) {
      assertEquals(
          List.of(
              "ROOM    CONNECTIONS  KIND     CREATED BY",
              "h\u00e4h? /  0            private  system",
              "lobby   3            public   system"),
          lines("admin", "rooms"));
      assertEquals(
          List.of("USER   ROOMS", "alice  lobby", "bob    lobby"), lines("admin", "users"));
      assertEquals(
          "{\"users\":[{\"username\":\"alice\",\"rooms\":[\"lobby\"]},"
              + "{\"username\":\"bob\",\"rooms\":[\"lobby\"]}]}",
          json("admin", "users", "--json").toString());
      List<String> members = lines("admin", "members", "lobby");
      assertEquals(4, members.size());
      assertTrue(members.get(3).startsWith("bob    bob/"), members::toString);
      assertEquals(3, json("admin", "members", "lobby", "--json").getAsJsonArray("users").size());
      List<String> user = lines("admin", "user", "alice");
      assertTrue(user.getLast().startsWith("alice  online  2            20"), user::toString);
      assertTrue(lines("admin", "user", "carol").getLast().endsWith("never"));
    }
    assertEquals(List.of(), lines("admin", "delete", "h\u00e4h? /"));
    assertEquals(2, lines("admin", "rooms").size());
  }

  @Test
  void adminRemovesAndDisconnects() {
    try (RawClient troll = server.welcomed("troll")) {
      assertEquals("troll  1", lines("admin", "remove", "troll", "--room", "lobby").getLast());
      troll.nextJson("user_removed");
      assertEquals(1, json("admin", "disconnect", "troll", "--json").get("connections").getAsInt());
      assertEquals(4411, troll.awaitClose().code());
    }
  }

  @Test
  void refusalIsOneSentence() {
    assertFails(1, "Room not found: nowhere", "say", "--room", "nowhere", "x");
    assertFails(1, "Message text is required", "say", "--room", "lobby", "  ");
    assertFails(1, "Room not found: nowhere", "admin", "members", "nowhere");
    assertFails(1, "User not found", "admin", "remove", "bob", "--room", "lobby");
    environment.put("AGENTCORE_API_KEY", PUBLISH);
    assertFails(1, "This key lacks the scope read", "admin", "rooms");
    environment.put("AGENTCORE_API_KEY", "unknown");
    String address = "http://127.0.0.1:" + server.port();
    assertFails(1, "the server at " + address + " does not know this key", "admin", "rooms");
  }

  @Test
  void keyComesFromAFileOrTheEnvironment() throws IOException {
    environment.clear();
    String url = "ws://127.0.0.1:" + server.port() + "/";
    Path file = Files.writeString(folder.resolve("key"), ALL + "\n");
    assertSucceeds("admin", "rooms", "--url", url, "--key-file", file.toString());
    environment.put("AGENTCORE_API_KEY", ALL);
    assertSucceeds("admin", "rooms", "--url", url);
    environment.put("MAX_ROOMS", "wrong, and not needed");
    assertSucceeds("say", "--room", "lobby", "--url", url, "x");
  }

  @Test
  void firstKeyThatPermitsTheCommandIsUsed() {
    assertSucceeds("admin", "rooms");
    environment.put("API_KEYS", "ci:" + PUBLISH + ":publish");
    assertSucceeds("say", "--room", "lobby", "x");
    assertEquals(2, run("admin", "rooms"));
    assertEquals(
        "agentcore: no key in API_KEYS has the scope read (see agentcore admin --help)",
        err().strip());
  }

  @Test
  void serverWithoutApiIsNamed() {
    try (TestServer without = TestServer.startWithPage(Map.of())) {
      String url = "http://127.0.0.1:" + without.port();
      assertFails(
          1,
          "no API at "
              + url
              + " (HTTP 404): is API_KEYS set there, and is this the address of the server?",
          "admin",
          "rooms",
          "--url",
          url);
    }
  }

  @Test
  void unreachableServerIsAFailure() {
    String url = "http://127.0.0.1:" + FreePort.next();
    String error =
        "no answer from " + url + ": the host does not exist, or no server listens there";
    assertFails(1, error, "admin", "rooms", "--url", url);
    assertFails(1, error, "say", "--room", "lobby", "--retry", "0", "--url", url, "x");
  }

  @Test
  void rateOfTheKeyOnlySlowsTheListOfUsersDown() {
    try (TestServer slow =
        TestServer.startWithPage(Map.of("API_KEYS", KEYS, "API_RATE_LIMIT", "3"))) {
      environment.put("PORT", "" + slow.port());
      for (String room : List.of("a", "b", "c")) {
        assertSucceeds("admin", "create", room);
      }
      assertEquals(List.of("USER  ROOMS"), lines("admin", "users"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          say x                                | either --room or --user is needed
          say --room a --user b x              | either --room or --user is needed
          say --room a --retry x y             | --retry must be a whole number of seconds
          say --room a -5 degrees              | unknown flag: -5
          say --room a --key SECRET x          | unknown flag: --key
          say --room a --url ftp://x x         | --url must begin with http:// or https://
          say --room a --url http://x?y x      | --url must have a host, a port and a path only
          say --room a --url http://x_y x      | --url has no host that Java accepts
          say --room a --key-file /none x      | cannot read the key from /none
          admin                                | the command after admin is missing
          admin reboot                         | unknown command: admin reboot
          admin rooms lobby                    | admin rooms takes no name
          admin members                        | admin members needs one ROOM
          admin disconnect a b                 | admin disconnect needs one USER
          admin remove bob                     | --room is missing
          admin rooms --room lobby             | --room is for admin remove only
          admin rooms --private                | --private is for admin create only
          """)
  void wrongUsageIsAUsageError(String args, String error) {
    assertEquals(2, run(args.split(" ")));
    assertEquals("", out());
    assertTrue(err().startsWith("agentcore: " + error), err());
    assertTrue(err().endsWith(" (see agentcore " + args.split(" ")[0] + " --help)\n"), err());
    assertEquals(1, err().lines().count());
  }

  @Test
  void missingKeyAndPortAreUsageErrors() {
    environment.clear();
    assertEquals(2, run("admin", "rooms"));
    assertTrue(err().startsWith("agentcore: no key: set AGENTCORE_API_KEY or --key-file"), err());
    environment.put("PORT", "0");
    environment.put("API_KEYS", KEYS);
    assertEquals(2, run("admin", "rooms"));
    assertTrue(err().contains("agentcore: --url is missing: with PORT=0"), err());
  }
}
