package agentcore.core.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Consumers that are composed of others, and what a session keeps. */
class ConsumerPairTest {
  private static final ErrorCode CODE = new ErrorCode("PAIR", false);
  private static final CloseCode CLOSE = new CloseCode(4800, "pair");
  private static final Attribute<Integer> COUNT = new Attribute<>("count", Integer.class);

  private final List<String> calls = new CopyOnWriteArrayList<>();

  /** Records its calls, and answers one request with its name. */
  private final class Named implements Consumer {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public Map<String, Handler> handlers() {
      return Map.of(name, (session, message) -> session.reply(message, Event.of(name + "!")));
    }

    @Override
    public void connected(Session session) {
      calls.add(name + " connected");
    }

    @Override
    public void disconnected(Session session) {
      calls.add(name + " disconnected");
      throw new IllegalStateException("a test's defect");
    }

    @Override
    public Set<String> cheapTypes() {
      return Set.of(name);
    }

    @Override
    public List<ErrorCode> errorCodes() {
      return List.of(CODE);
    }

    @Override
    public List<CloseCode> closeCodes() {
      return List.of(CLOSE);
    }
  }

  @Test
  void bothConsumersAreCalledAndTheFirstEnclosesTheSecond() {
    try (TestServer server =
        TestServer.start(Map.of(), new Named("one").andThen(new Named("two")))) {
      try (RawClient alice = server.connect("alice")) {
        alice.send("{\"type\":\"one\"}");
        alice.nextJson("one!");
        alice.send("{\"type\":\"two\"}");
        alice.nextJson("two!");
        alice.closeNormally();
      }
    }
    assertEquals(
        List.of("one connected", "two connected", "two disconnected", "one disconnected"), calls);
  }

  @Test
  void listsAreUnited() {
    Consumer both = new Named("one").andThen(new Named("two"));
    assertEquals(Set.of("one", "two"), both.cheapTypes());
    assertEquals(List.of(CODE), both.errorCodes());
    assertEquals(List.of(CLOSE), both.closeCodes());
  }

  @Test
  void twoHandlersOfOneTypeAreRefused() {
    Named one = new Named("one");
    assertThrows(IllegalArgumentException.class, () -> one.andThen(new Named("one")));
  }

  @Test
  void handlerIsReplacedAndSessionKeepsTypedValues() {
    Handler counting =
        (session, message) -> {
          session.set(COUNT, session.attribute(COUNT).orElse(0) + 1);
          session.reply(
              message, Event.of("count").with("count", session.attribute(COUNT).orElseThrow()));
        };
    try (TestServer server = TestServer.start(Map.of(), new Named("one").with("one", counting));
        RawClient alice = server.connect("alice");
        RawClient bob = server.connect("bob")) {
      for (int i = 1; i <= 3; i++) {
        alice.send("{\"type\":\"one\"}");
        assertEquals(i, alice.nextJson("count").get("count").getAsInt());
      }
      bob.send("{\"type\":\"one\"}");
      assertEquals(1, bob.nextJson("count").get("count").getAsInt());
    }
  }
}
