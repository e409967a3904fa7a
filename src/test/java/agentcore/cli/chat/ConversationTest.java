package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.common.ServerEvent;
import agentcore.cli.common.UsageException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * What is said and shown, frame by frame, without a server.
 *
 * <p>In one file, since it is one conversation, told by one set of frames.
 */
class ConversationTest {
  private static final String WELCOME =
      "{'type':'welcome','user_id':'me/1','username':'me','rooms':['lobby'],'seq':5,'epoch':'e'}";
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  private final List<String> shown = new ArrayList<>();
  private long nowNanos;
  private Conversation conversation = conversation(Mode.CONSOLE);

  private Conversation conversation(Mode mode, String... args) {
    Output output =
        new Output() {
          @Override
          public void frame(ServerEvent event) {}

          @Override
          public void line(String line) {
            shown.add(line);
          }

          @Override
          public void notice(String notice) {
            shown.add(notice);
          }

          @Override
          public void problem(String problem) {
            shown.add("!! " + problem);
          }

          @Override
          public void typed() {}

          @Override
          public void prompt(Optional<String> room) {}
        };
    try {
      ChatOptions options = ChatOptions.parse(List.of(args), Map.of(), "me");
      Sentences sentences = new Sentences(false, ZoneOffset.UTC);
      return new Conversation(options, mode, output, sentences, new Outgoing(PATIENCE), () -> {});
    } catch (UsageException e) {
      throw new AssertionError(e);
    }
  }

  private void hear(String event) {
    conversation.heard(ServerEvent.parse(event.replace('\'', '"')).orElseThrow(), nowNanos);
  }

  private Request next() {
    return conversation.next(nowNanos).orElseThrow();
  }

  private void assertNothingToSend() {
    assertEquals(Optional.empty(), conversation.next(nowNanos).map(Request::text));
  }

  private void message(String room, long seq, String text) {
    hear(
        "{'type':'chat_message','room':'%s','username':'bob','user_id':'bob/1','text':'%s',"
                .formatted(room, text)
            + "'seq':%d,'epoch':'e','message_id':'m%d'}".formatted(seq, seq));
  }

  private void ack(Request request) {
    hear("{'type':'ack','id':'%s','seq':6,'epoch':'e'}".formatted(request.id()));
  }

  private void refuse(Request request, String code, boolean retryable) {
    hear(
        "{'type':'error','id':'%s','message':'No','error_code':'%s','retryable':%s}"
            .formatted(request.id(), code, retryable));
  }

  private void joinDen() {
    hear(WELCOME);
    conversation.typed("/join den");
    String id = next().id();
    hear("{'type':'room_joined','room':'den','seq':1,'epoch':'e','id':'%s'}".formatted(id));
    hear("{'type':'room_info','room':'den','user_count':1,'id':'%s'}".formatted(id));
  }

  @Test
  void nothingIsSaidBeforeTheServerHasGreeted() {
    conversation.typed("hello");
    assertNothingToSend();
    hear(WELCOME);
    assertEquals("hello", next().data().get("text").getAsString());
  }

  @Test
  void theNextLineWaitsForTheAnswerToTheOneBefore() {
    hear(WELCOME);
    conversation.typed("one");
    conversation.typed("/join den");
    conversation.typed("two");
    Request one = next();
    assertNothingToSend();
    ack(one);
    Request join = next();
    hear("{'type':'room_joined','room':'den','seq':0,'epoch':'d','id':'%s'}".formatted(join.id()));
    assertNothingToSend();
    hear("{'type':'room_info','room':'den','id':'%s'}".formatted(join.id()));
    assertEquals(Optional.of("den"), next().room());
  }

  @Test
  void whatWasNotAcknowledgedIsSaidAgainWithTheSameIdAndAfterTheRooms() {
    joinDen();
    conversation.typed("hello");
    Request hello = next();
    conversation.lost("gone", nowNanos);
    assertNothingToSend();
    hear(WELCOME.replace("}", ",'recovered':true}"));
    Request join = next();
    assertEquals("join_room", join.type());
    assertEquals("{\"room\":\"den\",\"epoch\":\"e\",\"since\":1}", join.data().toString());
    hear(
        "{'type':'room_joined','room':'den','seq':3,'epoch':'e','recovered':true,'id':'%s'}"
            .formatted(join.id()));
    hear("{'type':'room_info','room':'den','id':'%s'}".formatted(join.id()));
    assertEquals(hello.text(), next().text());
    shown.clear();
    message("den", 2, "missed");
    message("den", 3, "missed too");
    assertEquals(List.of("[den] bob: missed", "[den] bob: missed too"), shown);
  }

  @Test
  void aPrivateMessageIsNotSaidTwiceAndThatIsTold() {
    hear(WELCOME);
    conversation.typed("/msg bob psst");
    var unused = next();
    conversation.lost("gone", nowNanos);
    assertTrue(shown.getLast().startsWith("!! not sent: psst (the connection was lost"));
    hear(WELCOME);
    assertNothingToSend();
  }

  @Test
  void aRateLimitIsWaitedForAndThenTheSameIsSaidAgain() {
    hear(WELCOME);
    conversation.typed("hello");
    Request hello = next();
    hear(
        "{'type':'error','id':'%s','error_code':'RATE_LIMIT_EXCEEDED','retryable':true,"
                .formatted(hello.id())
            + "'retry_after':2.5}");
    nowNanos = Duration.ofMillis(2499).toNanos();
    assertNothingToSend();
    nowNanos = Duration.ofMillis(2500).toNanos();
    assertEquals(hello, next());
  }

  @Test
  void aMessageIsGivenUpBeforeTheServerCouldForgetItsId() {
    hear(WELCOME);
    conversation.typed("hello");
    refuse(next(), "BACKEND_UNAVAILABLE", true);
    nowNanos = PATIENCE.toNanos();
    refuse(next(), "BACKEND_UNAVAILABLE", true);
    nowNanos += Duration.ofSeconds(2).toNanos();
    assertNothingToSend();
    assertEquals("!! not sent: hello (the server did not confirm it in time)", shown.getLast());
  }

  @Test
  void aMessageIsShownOnceHoweverOftenItComes() {
    hear(WELCOME);
    shown.clear();
    message("lobby", 6, "hi");
    message("lobby", 6, "hi");
    assertEquals(List.of("[lobby] bob: hi"), shown);
  }

  @Test
  void aGapIsMarkedWhateverTheServerSaysOfIt() {
    String mark = Sentences.gap("lobby");
    hear(WELCOME);
    shown.clear();
    message("lobby", 8, "hi");
    assertEquals(List.of(mark, "[lobby] bob: hi"), shown);
    hear("{'type':'room_reset','room':'lobby','seq':2,'epoch':'f','reason':'lost'}");
    assertEquals(mark, shown.getLast());
    assertEquals("get_message_history", next().type());
  }

  @Test
  void whatCannotBeRecoveredIsMarkedAndTheHistoryIsRead() {
    joinDen();
    conversation.lost("gone", nowNanos);
    hear(WELCOME.replace("}", ",'recovered':false}").replace("'e'", "'f'"));
    Request join = next();
    hear(
        "{'type':'room_joined','room':'den','seq':0,'epoch':'f','recovered':false,'id':'%s'}"
            .formatted(join.id()));
    hear("{'type':'room_info','room':'den','id':'%s'}".formatted(join.id()));
    assertTrue(shown.containsAll(List.of(Sentences.gap("lobby"), Sentences.gap("den"))));
    assertEquals(Optional.of("lobby"), next().room());
    assertEquals(new Place("f", 5, ""), conversation.resume().orElseThrow());
  }

  @Test
  void aRoomThatIsGoneIsToldAndLeft() {
    joinDen();
    conversation.lost("gone", nowNanos);
    hear(WELCOME.replace("}", ",'recovered':true}"));
    refuse(next(), "ROOM_NOT_FOUND", false);
    assertEquals("!! you are no longer in den: No", shown.getLast());
    conversation.typed("hello");
    assertEquals(Optional.of("lobby"), next().room());
  }

  @Test
  void theDefaultRoomThatWasLeftIsLeftAgain() {
    joinDen();
    conversation.typed("/leave lobby");
    hear("{'type':'room_left','room':'lobby','id':'%s'}".formatted(next().id()));
    assertEquals(Optional.empty(), conversation.resume());
    conversation.lost("gone", nowNanos);
    hear(WELCOME);
    assertEquals("join_room", next().type());
    hear("{'type':'error','message_type':'join_room','message':'No','retryable':false}");
    Request leave = next();
    assertEquals("leave_room", leave.type());
    assertEquals(Optional.of("lobby"), leave.room());
  }

  @Test
  void aPipeEndsWithItsInputOrWithTheFirstFailure() {
    conversation = conversation(Mode.PIPE);
    conversation.typed("one");
    conversation.inputEnded();
    hear(WELCOME);
    ack(next());
    assertNothingToSend();
    assertEquals(OptionalInt.of(0), conversation.result());

    conversation = conversation(Mode.PIPE);
    conversation.typed("/join nosuch");
    conversation.typed("not for the lobby");
    hear(WELCOME);
    refuse(next(), "ROOM_NOT_FOUND", false);
    assertNothingToSend();
    assertEquals(OptionalInt.of(1), conversation.result());
  }

  @Test
  void aScriptThatReadsFramesGoesOnAfterAFailureAndItsExitCodeSaysSo() {
    conversation = conversation(Mode.JSON);
    conversation.typed("one");
    conversation.typed("two");
    conversation.inputEnded();
    hear(WELCOME);
    refuse(next(), "VALIDATION_FAILED", false);
    ack(next());
    assertNothingToSend();
    assertEquals(OptionalInt.of(1), conversation.result());
  }

  @Test
  void aScriptWhoseRoomIsNotThereSaysNothingElsewhere() {
    conversation = conversation(Mode.JSON, "--room", "den");
    conversation.typed("one");
    hear(WELCOME);
    refuse(next(), "ROOM_NOT_FOUND", false);
    assertNothingToSend();
    assertEquals(OptionalInt.of(1), conversation.result());
  }

  @Test
  void nothingOfWhatOthersWroteReachesTheTerminalRaw() {
    hear(WELCOME);
    String evil = "\\u001b[2J\\u009b1m\\n";
    for (String type :
        List.of(
            "chat_message",
            "private_message",
            "private_message_sent",
            "user_joined_room",
            "user_left_room",
            "user_left",
            "user_removed",
            "room_info",
            "room_left",
            "rooms_list",
            "room_users",
            "message_history",
            "user_invited",
            "room_invitation",
            "room_reset",
            "error")) {
      String fields = "";
      for (String name :
          List.of(
              "room",
              "username",
              "text",
              "from_username",
              "to_username",
              "created_by",
              "message",
              "name")) {
        fields += ",'" + name + "':'" + evil + "'";
      }
      String row = "[{'x':1" + fields + "}]";
      hear(
          "{'type':'%s'%s,'rooms':%s,'users':%s,'messages':%s}"
              .formatted(type, fields, row, row, row));
    }
    assertTrue(shown.size() > 16, shown::toString);
    for (String line : shown) {
      assertFalse(line.chars().anyMatch(Character::isISOControl), line);
    }
  }
}
