package agentcore.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the Java client has beyond the JavaScript client, without a server. */
class SimulatedClientTest {
  private static final String WELCOME =
      """
      {"type":"welcome","user_id":"me/1","rooms":["lobby"],"seq":5,"epoch":"e","inbox_seq":0,"inbox_epoch":"i"}""";
  private static final String MESSAGE =
      """
      {"type":"chat_message","room":"lobby","username":"bob","text":"hi"%s}""";

  private static final String DEN =
      """
      {"type":"my_rooms","id":"%s","rooms":[{"name":"den","epoch":"a","seq":6,"read_seq":%d,"unread":%d}]}""";

  private final List<String> heard = new ArrayList<>();

  private static ChatClientBuilder options() {
    return ChatClient.builder(URI.create("ws://h"), "me");
  }

  private SimulatedClient connect(ChatClientBuilder options) {
    SimulatedClient simulation = new SimulatedClient(options);
    simulation.client().on("chat_message", event -> heard.add(event.text("text")));
    var unused = simulation.client().connect();
    return simulation;
  }

  private static String type(Optional<JsonObject> frame) {
    return frame.map(each -> each.get("type").getAsString()).orElse("nothing");
  }

  @Test
  void clientThatDoesNotFollowTheUserRejoinsItsOwnRoomsOneByOne() {
    SimulatedClient simulation = connect(options().followsUser(false).room("den").room("attic"));
    for (int i = 0; i < 2; i++) {
      simulation.receive(WELCOME);
      assertEquals("join_room", type(simulation.sent()));
      assertEquals("join_room", type(simulation.sent()));
      simulation.receive("{\"type\":\"my_room_joined\",\"room\":\"cellar\"}");
      assertEquals("nothing", type(simulation.sent()));
      simulation.end(1006, "");
      simulation.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void clientEndsIfNothingListensOnlyIfItShould() {
    SimulatedClient patient = connect(options());
    patient.fail(1006, "nothing listens there");
    assertEquals(ConnectionState.WAITING, patient.client().state());
    SimulatedClient impatient = connect(options().endsIfUnreachable());
    impatient.fail(1013, "the server is busy");
    assertEquals(ConnectionState.WAITING, impatient.client().state());
    impatient.pass(Duration.ofSeconds(4));
    impatient.fail(1006, "nothing listens there");
    assertEquals(ConnectionState.CLOSED, impatient.client().state());
  }

  @Test
  void endpointReplacesThePath() {
    SimulatedClient simulation = connect(options().endpoint("chat?as={user}"));
    assertEquals("ws://h/chat?as=me", simulation.address().toString());
  }

  @Test
  void listenerToAllFramesReceivesAlsoThoseThatTheApplicationHas() {
    SimulatedClient simulation = connect(options());
    List<String> frames = new ArrayList<>();
    Runnable remove = simulation.client().onFrame(frame -> frames.add(frame.type()));
    simulation.receive(WELCOME);
    String message = MESSAGE.formatted(",\"seq\":6,\"epoch\":\"e\",\"message_id\":\"m\"");
    simulation.receive(message);
    simulation.receive(message);
    assertEquals(List.of("welcome", "chat_message", "chat_message"), frames);
    assertEquals(List.of("hi"), heard);
    remove.run();
    simulation.receive(message);
    assertEquals(3, frames.size());
  }

  @Test
  void messagesOfAServerWithoutLogsAreDelivered() {
    SimulatedClient simulation = connect(options());
    simulation.receive("{\"type\":\"welcome\",\"user_id\":\"me/1\",\"rooms\":[\"lobby\"]}");
    simulation.receive(MESSAGE.formatted(""));
    simulation.receive(MESSAGE.formatted(""));
    assertEquals(List.of("hi", "hi"), heard);
  }

  @Test
  void refusedMessageIsSentAgainOnlyAfterThePause() {
    SimulatedClient simulation = connect(options().followsUser(false));
    simulation.receive(WELCOME);
    var unused = simulation.client().send("lobby", "hi", "7");
    assertEquals("chat_message", type(simulation.sent()));
    simulation.receive(
        """
        {"type":"error","id":"7","error_code":"RATE_LIMIT_EXCEEDED","retryable":true,"retry_after":2}""");
    simulation.pass(Duration.ofMillis(1999));
    assertEquals("nothing", type(simulation.sent()));
    simulation.pass(Duration.ofSeconds(2));
    assertEquals("chat_message", type(simulation.sent()));
  }

  @Test
  void listIsAskedForAgainIfAnotherDeviceReadsMeanwhile() {
    SimulatedClient simulation = connect(options());
    simulation.receive(WELCOME);
    String first = request(simulation, "my_rooms");
    simulation.receive("{\"type\":\"read_marker\",\"room\":\"den\",\"seq\":3,\"epoch\":\"a\"}");
    simulation.receive(DEN.formatted(first, 1, 2));
    String second = request(simulation, "my_rooms");
    simulation.receive("{\"type\":\"read_marker\",\"room\":\"den\",\"seq\":5,\"epoch\":\"a\"}");
    simulation.receive(DEN.formatted(second, 3, 1)); // counted before
    String third = request(simulation, "my_rooms");
    simulation.receive(DEN.formatted(third, 5, 0));
    assertEquals(0, simulation.client().unread("den").unread());
  }

  /** Returns the id of the next request of this type. */
  private static String request(SimulatedClient simulation, String type) {
    while (true) {
      JsonObject request = simulation.sent().orElseThrow();
      if (request.get("type").getAsString().equals(type)) {
        return request.get("id").getAsString();
      }
    }
  }

  @Test
  void signalIsSentOnceAndNeedsNoReply() {
    SimulatedClient simulation = connect(options().followsUser(false));
    simulation.client().signal("typing_start", Map.of("room", "lobby")); // lost
    simulation.receive(WELCOME);
    simulation.client().signal("typing_stop", Map.of("room", "lobby"));
    assertEquals("typing_stop", type(simulation.sent()));
  }

  @Test
  void lostRoomHasASentence() {
    SimulatedClient simulation = connect(options().followsUser(false).room("den"));
    List<String> lost = new ArrayList<>();
    simulation
        .client()
        .on("room_lost", event -> lost.add(event.text("reason") + ": " + event.text("message")));
    simulation.receive(WELCOME);
    String id = simulation.sent().orElseThrow().get("id").getAsString();
    simulation.receive(
        "{\"type\":\"error\",\"id\":\"%s\",\"error_code\":\"ROOM_NOT_FOUND\",\"message\":\"No den\"}"
            .formatted(id));
    assertEquals(List.of("ROOM_NOT_FOUND: No den"), lost);
  }

  @Test
  void actionsRunAfterTheirDelayUnlessTheyAreCancelled() {
    SimulatedClient simulation = connect(options());
    simulation.client().after(Duration.ofSeconds(1), () -> heard.add("later"));
    Runnable cancel = simulation.client().after(Duration.ofSeconds(1), () -> heard.add("never"));
    simulation.client().execute(() -> heard.add("now"));
    cancel.run();
    simulation.pass(Duration.ofSeconds(1));
    assertEquals(List.of("now", "later"), heard);
    assertTrue(simulation.client().rooms().isEmpty());
  }
}
