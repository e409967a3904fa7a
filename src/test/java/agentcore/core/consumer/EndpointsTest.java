package agentcore.core.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.Room;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.message.Event;
import agentcore.testkit.Await;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Several endpoints on one server, each with its own consumer. */
class EndpointsTest {
  private static final Room SHARED = new Room("shared", "id-shared", "", true);

  private final Config config = TestServer.config(Map.of());
  private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
  private final Backend backend =
      HookedBackend.of(
          new MemoryBackend(config.backendLimits()),
          (method, arguments) -> {
            if (method.equals("subscribe")) {
              subscribers.add((Subscriber) arguments[1]);
            }
          });

  /** Puts its clients into one room, and records the rooms that {@code afterLoss} asks about. */
  private static final class OneRoom implements Consumer {
    private final String name;
    private final Room room;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    OneRoom(String name, Room room) {
      this.name = name;
      this.room = room;
    }

    static OneRoom withOwnRoom(String name) {
      return new OneRoom(name, new Room("room of " + name, "id-" + name, "", true));
    }

    @Override
    public Map<String, Handler> handlers() {
      return Map.of("ping", (session, message) -> session.reply(message, Event.of("pong")));
    }

    @Override
    public void connected(Session session) {
      session.directory().create(room);
      session.enter(room, Event.of("left"), Event.of("joined"), Optional.empty());
      session.send(Event.of("welcome"));
    }

    @Override
    public Optional<Event> afterLoss(Room lossy, int members) {
      asked.add(lossy.name() + " " + members);
      return Optional.of(Event.of("refresh").with("of", name).with("room", lossy.name()));
    }
  }

  private AgentCore start(Consumer chat, Consumer board) throws IOException {
    return new AgentCore(config, backend)
        .endpoint("/chat/{user_id}", chat)
        .endpoint("/board/{user_id}", board)
        .start();
  }

  private static RawClient welcomed(AgentCore server, String path) {
    RawClient client = RawClient.connect(server.port(), path);
    client.nextJson("welcome");
    return client;
  }

  private void loseHints() {
    subscribers.forEach(Subscriber::onGap);
  }

  private static void assertNothingMoreThan(String event, RawClient client) {
    client.send("{\"type\":\"ping\"}");
    assertEquals("pong", client.nextJson().get("type").getAsString(), "after " + event);
  }

  @Test
  void asksEachConsumerOnlyAboutItsOwnRooms() throws Exception {
    OneRoom chat = OneRoom.withOwnRoom("chat");
    OneRoom board = OneRoom.withOwnRoom("board");
    try (AgentCore server = start(chat, board);
        RawClient alice = welcomed(server, "/chat/alice")) {
      loseHints();
      assertEquals("chat", alice.nextJson("refresh").get("of").getAsString());
      try (RawClient bob = welcomed(server, "/board/bob")) {
        loseHints();
        assertEquals("room of chat", alice.nextJson("refresh").get("room").getAsString());
        assertEquals("room of board", bob.nextJson("refresh").get("room").getAsString());
        Await.until("each to be asked", () -> chat.asked.size() == 2 && board.asked.size() == 1);
        assertEquals(List.of("room of chat 1", "room of chat 1"), chat.asked);
        assertEquals(List.of("room of board 1"), board.asked);
        assertNothingMoreThan("its own refresh", alice);
        assertNothingMoreThan("its own refresh", bob);
      }
    }
  }

  /** A name is one room, whichever endpoint its members use. */
  @Test
  void sendsEachEndpointsEventToItsOwnMembersOfSharedRoom() throws Exception {
    OneRoom chat = new OneRoom("chat", SHARED);
    OneRoom board = new OneRoom("board", SHARED);
    try (AgentCore server = start(chat, board);
        RawClient alice = welcomed(server, "/chat/alice");
        RawClient bob = welcomed(server, "/board/bob")) {
      assertEquals("joined", alice.nextJson().get("type").getAsString());
      loseHints();
      assertEquals("chat", alice.nextJson("refresh").get("of").getAsString());
      assertEquals("board", bob.nextJson("refresh").get("of").getAsString());
      assertNothingMoreThan("its own refresh", alice);
      assertNothingMoreThan("its own refresh", bob);
      assertEquals(List.of("shared 2"), chat.asked);
      assertEquals(List.of("shared 2"), board.asked);
    }
  }

  @Test
  void asksOtherConsumersAfterOneThatThrows() throws Exception {
    Consumer broken =
        new Consumer() {
          @Override
          public Map<String, Handler> handlers() {
            return Map.of();
          }

          @Override
          public void connected(Session session) {
            session.enter(SHARED, Event.of("left"), Event.of("joined"), Optional.empty());
            session.send(Event.of("welcome"));
          }

          @Override
          public Optional<Event> afterLoss(Room lossy, int members) {
            throw new StackOverflowError("a consumer's defect");
          }
        };
    backend.directory().create(SHARED);
    OneRoom board = new OneRoom("board", SHARED);
    try (AgentCore server = start(broken, board);
        RawClient alice = welcomed(server, "/chat/alice");
        RawClient bob = welcomed(server, "/board/bob")) {
      assertEquals("joined", alice.nextJson().get("type").getAsString());
      loseHints();
      assertEquals("board", bob.nextJson("refresh").get("of").getAsString());
      loseHints();
      assertEquals("board", bob.nextJson("refresh").get("of").getAsString());
    }
  }

  @Test
  void chatsWithDifferentDefaultRoomsShareNoMessages() throws Exception {
    Config red = TestServer.config(Map.of("DEFAULT_ROOM", "red"));
    Config blue = TestServer.config(Map.of("DEFAULT_ROOM", "blue"));
    try (AgentCore server = start(TestServer.chat(red), TestServer.chat(blue));
        RawClient alice = welcomed(server, "/chat/alice");
        RawClient bob = welcomed(server, "/board/bob")) {
      bob.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"blue\",\"text\":\"hi\"}}");
      bob.nextJson("chat_message");
      alice.send("{\"type\":\"get_room_users\",\"data\":{\"room\":\"red\"}}");
      assertEquals(1, alice.nextJson().getAsJsonArray("users").size());
      alice.send("{\"type\":\"get_message_history\",\"data\":{\"room\":\"red\"}}");
      assertEquals(0, alice.nextJson().getAsJsonArray("messages").size());
    }
  }

  @Test
  void refusesSecondConsumerForPath() {
    AgentCore server =
        new AgentCore(config, backend).endpoint("/chat/{user_id}", OneRoom.withOwnRoom("chat"));
    assertThrows(
        IllegalArgumentException.class,
        () -> server.endpoint("/chat/{user_id}", OneRoom.withOwnRoom("board")));
    server.close();
  }
}
