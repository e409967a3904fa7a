package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.RateLimits;
import agentcore.testkit.RawClient;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServer;
import agentcore.testkit.TestServers;
import agentcore.testkit.Together;
import com.google.gson.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is promised of private messages, on two servers. */
abstract class InboxContract {
  private static final Map<String, String> SETTINGS =
      RateLimits.none(
          Map.of(
              "DEFAULT_ROOM", "",
              "MAX_CONNECTIONS_PER_CLIENT", "100",
              "INBOX_SIZE", "100000"));

  /** Creates the store of a test. */
  abstract SharedStore open(Config config);

  private TestServers start() {
    return TestServers.start(2, SETTINGS, this::open);
  }

  private static void write(RawClient client, String target, String text, String id) {
    client.send(
        """
        {"type":"private_message","data":{"target_user_id":"%s","text":"%s"},"id":"%s"}
        """
            .formatted(target, text, id));
  }

  /** Sends a private message and returns its reply; other entries may precede it. */
  private static JsonObject ask(RawClient client, String target, String text, String id) {
    write(client, target, text, id);
    JsonObject frame = client.nextJson();
    while (!string(frame, "id").equals(id)) {
      frame = client.nextJson();
    }
    return frame;
  }

  private static String string(JsonObject event, String field) {
    return event.has(field) ? event.get(field).getAsString() : "";
  }

  private static long seq(JsonObject event) {
    return event.get("seq").getAsLong();
  }

  private static String resuming(String user, JsonObject last) {
    return "/ws/"
        + user
        + "?inbox_since="
        + seq(last)
        + "&inbox_epoch="
        + URLEncoder.encode(string(last, "epoch"), StandardCharsets.UTF_8)
        + "&inbox_message_id="
        + URLEncoder.encode(string(last, "message_id"), StandardCharsets.UTF_8);
  }

  /** Reads entries up to the one with this seq, and checks that they follow each other. */
  private static List<JsonObject> entries(RawClient client, long from, long to) {
    List<JsonObject> entries = new ArrayList<>();
    for (long seq = from; seq <= to; seq++) {
      JsonObject entry = client.nextJson();
      assertEquals(seq, seq(entry), entry.toString());
      entries.add(entry);
    }
    return entries;
  }

  /** Returns the whole log of a client's user. */
  private static List<JsonObject> log(RawClient client) {
    client.send("{\"type\":\"get_inbox\",\"data\":{\"limit\":1000}}");
    return client.nextJson("inbox").getAsJsonArray("messages").asList().stream()
        .map(entry -> entry.getAsJsonObject())
        .toList();
  }

  private static List<String> texts(List<JsonObject> entries) {
    return entries.stream().map(e -> string(e, "type") + " " + string(e, "text")).toList();
  }

  private static JsonObject withoutId(JsonObject entry) {
    JsonObject copy = entry.deepCopy();
    copy.remove("id");
    return copy;
  }

  @Test
  void allConnectionsOfAUserReceiveOneOrderWithoutGaps() {
    int people = 3;
    int messages = 40;
    try (TestServers servers = start()) {
      List<RawClient> devices = // two of each user, on different servers
          IntStream.range(0, 2 * people)
              .mapToObj(i -> servers.get(i % 2).welcomed("user" + i / 2))
              .toList();
      long each = 4L * messages; // two devices write, and receive what two others write
      List<List<JsonObject>> received =
          Together.run(
              2 * people,
              i -> {
                String target = "user" + (i / 2 + 1) % people;
                for (int n = 0; n < messages; n++) {
                  write(devices.get(i), target, i + " " + n, i + "-" + n);
                }
                return entries(devices.get(i), 1, each);
              });
      for (int user = 0; user < people; user++) {
        List<JsonObject> first = received.get(2 * user);
        assertEquals(
            first.stream().map(InboxContract::withoutId).toList(),
            received.get(2 * user + 1).stream().map(InboxContract::withoutId).toList());
        for (int device : List.of(2 * user, 2 * user + 1)) {
          assertEquals(
              IntStream.range(0, messages).mapToObj(n -> device + "-" + n).toList(),
              received.get(device).stream()
                  .map(entry -> string(entry, "id"))
                  .filter(id -> !id.isEmpty())
                  .toList(),
              "replies in the order of the requests, to this connection only");
        }
        Set<String> unique = new HashSet<>(texts(first));
        assertEquals(each, unique.size(), "each message once");
      }
      devices.forEach(RawClient::close);
    }
  }

  @Test
  void userWhoIsAwayMissesNothing() {
    try (TestServers servers = start();
        RawClient alice = servers.get(0).welcomed("alice")) {
      RawClient bob = servers.get(0).welcomed("bob");
      JsonObject unused = ask(alice, "bob", "first", "1");
      JsonObject last = bob.nextJson("private_message");
      bob.closeAbruptly();
      for (int i = 0; i < 300; i++) { // more than one page
        unused = ask(alice, "bob", "away " + i, "away-" + i);
      }
      try (RawClient back = RawClient.connect(servers.get(1).port(), resuming("bob", last))) {
        assertEquals(301, back.nextJson("welcome").get("inbox_seq").getAsLong());
        assertTrue(back.nextJson("inbox_resumed").get("recovered").getAsBoolean());
        unused = ask(alice, "bob", "afterwards", "after");
        List<JsonObject> missed = entries(back, 2, 302);
        assertEquals("away 0", string(missed.getFirst(), "text"));
        assertEquals("afterwards", string(missed.getLast(), "text"));
      }
    }
  }

  /** The clients come and go while they are written to; together they miss nothing. */
  @Test
  void resumingWhileMessagesArriveMissesNothing() {
    try (TestServers servers = start();
        RawClient alice = servers.get(0).welcomed("alice")) {
      servers.get(0).welcomed("bob").close();
      JsonObject unused = ask(alice, "bob", "first", "first");
      AtomicBoolean done = new AtomicBoolean();
      int rounds = 30;
      List<Long> ends =
          Together.run(
              2,
              thread -> {
                long end = 0;
                if (thread == 0) {
                  for (int i = 0; !done.get(); i++) {
                    end = seq(ask(alice, "bob", "x", "id-" + i));
                  }
                  return end;
                }
                JsonObject last = new JsonObject();
                last.addProperty("seq", 0);
                for (int i = 0; i < rounds; i++) {
                  String path = resuming("bob", last);
                  try (RawClient bob = RawClient.connect(servers.get(i % 2).port(), path)) {
                    JsonObject unusedWelcome = bob.nextJson("welcome");
                    assertTrue(bob.nextJson("inbox_resumed").get("recovered").getAsBoolean());
                    last = entries(bob, seq(last) + 1, seq(last) + 1 + i % 7).getLast();
                  }
                }
                done.set(true);
                return seq(last);
              });
      assertTrue(ends.getLast() >= rounds, ends.toString());
    }
  }

  @Test
  void retryOverAnyConnectionAndServerIsStoredOnce() {
    try (TestServers servers = start();
        RawClient alice = servers.get(0).welcomed("alice");
        RawClient bob = servers.get(0).welcomed("bob")) {
      JsonObject sent = ask(alice, "bob", "once", "1");
      assertFalse(sent.has("duplicate"));
      try (RawClient again = servers.get(1).welcomed("alice")) {
        List<JsonObject> replies =
            List.of(ask(again, "bob", "once", "1"), ask(alice, "bob", "once", "1"));
        for (JsonObject reply : replies) {
          assertTrue(reply.get("duplicate").getAsBoolean(), reply.toString());
          assertEquals(sent.get("message_id"), reply.get("message_id"));
          assertEquals(seq(sent), seq(reply));
        }
        assertEquals(List.of("private_message_sent once"), texts(log(again)));
      }
      assertEquals("once", string(bob.nextJson("private_message"), "text"));
      assertEquals(List.of("private_message once"), texts(log(bob)));
    }
  }

  /** As if the first server were killed between the two entries. */
  @Test
  void retryCompletesAMessageThatIsOnlyInTheLogOfItsRecipient() {
    Config config = TestServer.config(SETTINGS);
    AtomicBoolean failing = new AtomicBoolean(true);
    try (SharedStore store = open(config)) {
      Backend dying =
          HookedBackend.of(
              store.backend(),
              (method, arguments) -> {
                if (method.equals("publish")
                    && arguments[0].equals(GroupId.user("alice"))
                    && failing.get()) {
                  throw new BackendException("the server is killed");
                }
              });
      Backend living = store.backend();
      try (TestServer first = TestServer.start(config, dying, TestServer.chat(config));
          TestServer second = TestServer.start(config, living, TestServer.chat(config));
          RawClient bob = second.welcomed("bob");
          RawClient alice = first.welcomed("alice")) {
        JsonObject error = ask(alice, "bob", "once", "1");
        assertEquals("BACKEND_UNAVAILABLE", string(error, "error_code"));
        assertEquals("once", string(bob.nextJson("private_message"), "text"));
        assertEquals(List.of(), log(alice));
        try (RawClient again = second.welcomed("alice")) {
          JsonObject reply = ask(again, "bob", "once", "1");
          assertEquals("private_message_sent", string(reply, "type"));
          assertEquals(List.of("private_message_sent once"), texts(log(again)));
        }
        assertEquals("once", string(alice.nextJson("private_message_sent"), "text"));
        assertEquals(List.of("private_message once"), texts(log(bob)));
      }
    }
  }

  @Test
  void invitationsAndRemovalsWaitForAUserWhoIsAway() {
    try (TestServers servers = start();
        RawClient alice = servers.get(0).welcomed("alice")) {
      RawClient bob = servers.get(1).welcomed("bob");
      alice.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"den\",\"is_public\":false}}");
      JsonObject unused = alice.nextJson("room_info");
      bob.closeAbruptly();
      alice.send(
          "{\"type\":\"invite_user\",\"data\":{\"room\":\"den\",\"target_user_id\":\"bob\"},\"id\":\"i\"}");
      unused = alice.nextJson("user_invited");
      alice.send(
          "{\"type\":\"invite_user\",\"data\":{\"room\":\"den\",\"target_user_id\":\"bob\"},\"id\":\"i\"}");
      unused = alice.nextJson("user_invited");
      try (RawClient back = servers.get(0).welcomed("bob")) {
        List<JsonObject> log = log(back);
        assertEquals(1, log.size(), log.toString());
        assertEquals("room_invitation", string(log.getFirst(), "type"));
        back.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
        unused = back.nextJson("room_info");
        alice.send(
            "{\"type\":\"remove_user\",\"data\":{\"room\":\"den\",\"target_user_id\":\"bob\"}}");
        assertEquals(2, seq(back.nextJson("room_removal")));
      }
    }
  }
}
