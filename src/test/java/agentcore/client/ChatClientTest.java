package agentcore.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.client.connection.Times;
import agentcore.testkit.Await;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.network.FaultProxy.Direction;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client and a real server, over a faulty network link. */
class ChatClientTest {
  private static final Times QUICK =
      new Times(
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(200),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5));

  private TestServer server;
  private FaultProxy proxy;
  private ChatClient alice;
  private ChatClient bob;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(Map.of("RATE_LIMIT_MESSAGES", "0"));
    proxy = FaultProxy.to(server.port());
    bob = ChatClient.builder(address(server.port()), "bob").build();
    get(bob.connect());
    alice = ChatClient.builder(address(proxy.port()), "alice").times(QUICK).build();
    alice.on("chat_message", event -> heard.add(event.text("room") + " " + event.text("text")));
    alice.on("private_message", event -> heard.add("private " + event.text("text")));
    alice.on("gap", event -> heard.add("gap " + event.text("room")));
    alice.on("room_lost", event -> heard.add("lost " + event.text("room")));
    get(alice.connect());
    get(alice.create("den", true));
    get(bob.join("den"));
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    proxy.close();
    server.close();
  }

  private static URI address(int port) {
    return URI.create("ws://127.0.0.1:" + port);
  }

  private static ChatEvent get(CompletableFuture<ChatEvent> future) throws Exception {
    return future.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  private static ChatException failure(CompletableFuture<ChatEvent> future) {
    ExecutionException failed = assertThrows(ExecutionException.class, () -> get(future));
    return (ChatException) failed.getCause();
  }

  private void awaitState(ConnectionState state) {
    Await.until("alice to be " + state, () -> alice.state() == state);
  }

  private void awaitHeard(String line) {
    Await.until(line, () -> heard.contains(line));
  }

  @Test
  void deliversMissedAndPendingMessagesOnceAndInOrderAfterCut() throws Exception {
    get(bob.send("lobby", "one"));
    get(bob.send("den", "two"));
    awaitHeard("den two");
    proxy.cut();
    awaitState(ConnectionState.WAITING);
    get(bob.send("lobby", "three"));
    get(bob.send("den", "four"));
    get(bob.sendPrivate("alice", "psst"));
    List<CompletableFuture<ChatEvent>> sent =
        List.of(alice.send("den", "five"), alice.send("den", "six"));
    proxy.heal();
    for (CompletableFuture<ChatEvent> each : sent) {
      assertFalse(get(each).is("duplicate"));
    }
    get(bob.send("lobby", "seven"));
    awaitHeard("lobby seven");
    awaitHeard("private psst");
    awaitHeard("den six");
    assertEquals(List.of("lobby one", "lobby three", "lobby seven"), heard("lobby"));
    assertEquals(List.of("den two", "den four", "den five", "den six"), heard("den"));
    assertEquals(8, heard.size(), heard::toString);
  }

  private List<String> heard(String room) {
    return heard.stream().filter(line -> line.startsWith(room + " ")).toList();
  }

  @Test
  void resendsMessageWithLostAckAndItIsStoredOnce() throws Exception {
    List<String> bobs = new CopyOnWriteArrayList<>();
    bob.on("chat_message", event -> bobs.add(event.text("text")));
    proxy.stall(Direction.TO_CLIENT);
    CompletableFuture<ChatEvent> sent = alice.send("den", "only once");
    Await.until("the message to be stored", () -> bobs.contains("only once"));
    proxy.reset();
    proxy.heal();
    assertTrue(get(sent).is("duplicate"));
    get(bob.send("den", "the next"));
    awaitHeard("den the next");
    assertEquals(List.of("den only once", "den the next"), heard);
  }

  @Test
  void noticesDeadLink() throws Exception {
    proxy.stall(Direction.TO_CLIENT);
    awaitState(ConnectionState.WAITING);
    proxy.heal();
    get(alice.send("den", "here again"));
    awaitHeard("den here again");
  }

  @Test
  void reportsGapAfterServerIsReplaced() throws Exception {
    get(alice.send("lobby", "before"));
    int port = server.port();
    server.close();
    awaitState(ConnectionState.WAITING);
    server = TestServer.start(Map.of("PORT", "" + port));
    awaitHeard("gap lobby");
    awaitHeard("lost den");
    assertEquals("NOT_IN_ROOM", failure(alice.send("den", "into the void")).code());
  }

  @Test
  void countsWhatIsUnreadUntilItIsRead() throws Exception {
    ChatEvent ack = get(bob.send("den", "hello @alice"));
    awaitHeard("den hello @alice");
    assertEquals(new UnreadCount(1, 1), alice.unread("den"));
    alice.markRead("den", ack.number("seq"));
    assertEquals(new UnreadCount(0, 0), alice.unread("den"));
  }

  @Test
  void requestsFailWithTheCodeOfTheServerAndWithoutConnection() throws Exception {
    assertEquals("ROOM_NOT_FOUND", failure(alice.join("nowhere")).code());
    assertEquals("VALIDATION_FAILED", failure(alice.join("  ")).code());
    ChatEvent status = get(alice.request("get_user_status", Map.of("target_user_id", "bob")));
    assertEquals("online", status.text("status"));
    List<ChatEvent> messages = get(alice.history("den", 10)).objects("messages");
    assertEquals(List.of(), messages);
    proxy.cut();
    awaitState(ConnectionState.WAITING);
    ChatException refused = failure(alice.request("list_rooms", Map.of()));
    assertEquals("NOT_CONNECTED", refused.code());
    assertTrue(refused.isRetryable());
    alice.close();
    ChatException closed = failure(alice.send("den", "too late"));
    assertEquals("CLOSED", closed.code());
    assertEquals(OptionalInt.of(1000), closed.closeCode());
  }

  @Test
  void listenersMayCallTheClientAndFail() throws Exception {
    alice.on(
        "chat_message",
        event -> {
          if (event.text("text").equals("ping")) {
            var unused = alice.send("den", "pong to " + alice.rooms().size());
            throw new IllegalStateException("a bug of the application");
          }
        });
    get(bob.send("den", "ping"));
    awaitHeard("den pong to 2");
  }

  @Test
  void closedClientConnectsAgain() throws Exception {
    alice.close();
    awaitState(ConnectionState.CLOSED);
    get(bob.send("den", "meanwhile"));
    get(alice.connect());
    awaitHeard("den meanwhile");
    assertEquals(List.of("den meanwhile"), heard);
  }

  @Test
  void tokenThatIsRefusedClosesTheClient() throws Exception {
    String secret = "a secret that is long enough for HS256";
    try (TestServer guarded = TestServer.start(Map.of("AUTH_SECRET", secret));
        ChatClient eve =
            ChatClient.builder(address(guarded.port()), "eve").token("no.valid.token").build()) {
      ChatException refused = failure(eve.connect());
      assertEquals("CLOSED", refused.code());
      assertEquals(OptionalInt.of(4401), refused.closeCode());
      assertEquals(ConnectionState.CLOSED, eve.state());
    }
  }

  @Test
  void invalidUserAndRoomAreRefusedAtOnce() {
    URI anywhere = address(1);
    assertThrows(ChatException.class, () -> ChatClient.builder(anywhere, "a/b"));
    ChatClientBuilder builder = ChatClient.builder(anywhere, "carol");
    assertThrows(ChatException.class, () -> builder.room(" "));
  }

  @Test
  void failuresReachDependentStages() {
    CompletableFuture<String> later = alice.join("nowhere").thenApply(ChatEvent::type);
    CompletionException failed = assertThrows(CompletionException.class, later::join);
    assertEquals("Room not found: nowhere", failed.getCause().getMessage());
  }
}
