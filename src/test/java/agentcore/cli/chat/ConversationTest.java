package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.chat.ChatOptions.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What the conversation sends and shows, frame by frame, without a server. */
class ConversationTest extends ConversationFixture {
  private void ack(Sent request) {
    receive("{'type':'ack','id':'%s','seq':6,'epoch':'e'}".formatted(request.id()));
  }

  private void joinDen() {
    welcome(WELCOME);
    conversation.enter("/join den");
    String id = next().id();
    receive("{'type':'room_joined','room':'den','seq':1,'epoch':'e','id':'%s'}".formatted(id));
    receive("{'type':'room_info','room':'den','user_count':1,'id':'%s'}".formatted(id));
  }

  @Test
  void sendsNothingBeforeTheWelcome() {
    conversation.enter("hello");
    assertNothingToSend();
    welcome(WELCOME);
    assertEquals("hello", next().data().get("text").getAsString());
  }

  @Test
  void showsEveryMessageOfAServerThatSendsNoPositions() {
    welcome("{'type':'welcome','user_id':'alice/1','username':'alice','rooms':['lobby']}");
    for (String text : List.of("one", "two")) {
      receive(
          "{'type':'chat_message','room':'lobby','username':'bob','user_id':'bob/1','text':'%s'}"
              .formatted(text));
    }
    assertEquals(
        List.of("[lobby] bob: one", "[lobby] bob: two"),
        shown.subList(shown.size() - 2, shown.size()));
  }

  @Test
  void nextLineWaitsForTheReplyToThePreviousOne() {
    welcome(WELCOME);
    conversation.enter("one");
    conversation.enter("/join den");
    conversation.enter("two");
    Sent one = next();
    assertNothingToSend();
    ack(one);
    Sent join = next();
    receive(
        "{'type':'room_joined','room':'den','seq':0,'epoch':'d','id':'%s'}".formatted(join.id()));
    assertNothingToSend();
    receive("{'type':'room_info','room':'den','id':'%s'}".formatted(join.id()));
    assertEquals(Optional.of("den"), next().room());
  }

  @Test
  void resendsAnUnacknowledgedMessageWithTheSameIdAfterRejoiningTheRooms() {
    joinDen();
    conversation.enter("hello");
    Sent hello = next();
    reconnect();
    assertNothingToSend();
    welcome(RESUMED);
    Sent join = next();
    assertEquals("join_room", join.type());
    assertEquals("{\"room\":\"den\",\"epoch\":\"e\",\"since\":1}", join.data().toString());
    receive(
        "{'type':'room_joined','room':'den','seq':3,'epoch':'e','recovered':true,'id':'%s'}"
            .formatted(join.id()));
    receive("{'type':'room_info','room':'den','id':'%s'}".formatted(join.id()));
    assertEquals(hello, next());
    shown.clear();
    message("den", 2, "missed");
    message("den", 3, "missed too");
    assertEquals(List.of("[den] bob: missed", "[den] bob: missed too"), shown);
  }

  @Test
  void resendsAPrivateMessageWithTheSameIdAndShowsItOnce() {
    welcome(WELCOME);
    conversation.enter("/msg bob psst");
    Sent first = next();
    reconnect();
    shown.clear();
    receive(RESUMED);
    receive("{'type':'inbox_resumed','seq':1,'epoch':'i','recovered':true}");
    String sent = "{'type':'private_message_sent','to_username':'bob','text':'psst',";
    receive(sent + "'seq':1,'epoch':'i','message_id':'m1'}");
    assertEquals(first, next());
    assertEquals("my_rooms", next().type());
    receive(
        sent
            + "'seq':1,'epoch':'i','message_id':'m1','duplicate':true,'id':'%s'}"
                .formatted(first.id()));
    assertNothingToSend();
    assertEquals(List.of("connected again", "you to bob (private): psst"), shown);
  }

  @Test
  void printsThePrivateMessageThatWasSent() {
    welcome(WELCOME);
    conversation.enter("/msg bob psst");
    shown.clear();
    receive(
        "{'type':'private_message_sent','to_username':'bob','text':'psst','seq':1,'epoch':'i',"
            + "'message_id':'m1','id':'%s'}".formatted(next().id()));
    assertEquals(List.of("you to bob (private): psst"), shown);
  }

  @Test
  void resumesPrivateMessagesAndReportsAGap() {
    assertEquals("ws://h/ws/me", server.address().toString());
    welcome(WELCOME);
    String message = "{'type':'private_message','from_username':'bob','text':'hi',";
    receive(message + "'seq':1,'epoch':'i','message_id':'m1'}");
    reconnect();
    String query = "epoch=e&since=5&inbox_since=1&inbox_epoch=i&inbox_message_id=m1";
    assertEquals(query, server.address().getQuery());
    receive(RESUMED);
    receive("{'type':'inbox_resumed','seq':4,'epoch':'j','recovered':false}");
    assertEquals(EventFormatter.INBOX_GAP, shown.getLast());
    shown.clear();
    receive(message + "'seq':4,'epoch':'j','message_id':'m4'}");
    receive(message + "'seq':5,'epoch':'j','message_id':'m5'}");
    assertEquals(List.of("bob to you (private): hi"), shown, "the fourth is known");
    receive("{'type':'inbox_reset','seq':9,'epoch':'k','reason':'lost'}");
    assertEquals(EventFormatter.INBOX_GAP, shown.getLast());
  }

  @Test
  void printsTheInbox() {
    welcome(WELCOME);
    conversation.enter("/inbox");
    shown.clear();
    receive(
        "{'type':'inbox','id':'%s','messages':[{'type':'private_message','from_username':'bob',"
                .formatted(next().id())
            + "'text':'hi','timestamp':0.000}],'seq':1,'epoch':'i'}");
    assertEquals(
        List.of(
            "-- private messages and invitations:", "   1970-01-01 00:00 bob to you (private): hi"),
        shown);
  }

  @Test
  void resendsTheSameMessageAfterTheRateLimit() {
    welcome(WELCOME);
    conversation.enter("hello");
    Sent hello = next();
    receive(
        "{'type':'error','id':'%s','error_code':'RATE_LIMIT_EXCEEDED','retryable':true,"
                .formatted(hello.id())
            + "'retry_after':2.5}");
    server.pass(Duration.ofMillis(2499));
    assertNothingToSend();
    server.pass(Duration.ofSeconds(5));
    assertEquals(hello, next());
  }

  @Test
  void repeatsARequestThatFailedAndMaySucceedLater() {
    welcome(WELCOME);
    conversation.enter("/history");
    Sent history = next();
    refuse(history, "BACKEND_UNAVAILABLE", true);
    assertNothingToSend();
    server.pass(Duration.ofSeconds(1));
    assertEquals(history, next());
    reconnect();
    receive(RESUMED);
    assertEquals("my_rooms", next().type());
    server.pass(Duration.ofSeconds(1));
    assertEquals(history, next());
  }

  @Test
  void givesUpAMessageBeforeTheServerCanForgetItsId() {
    welcome(WELCOME);
    conversation.enter("hello");
    Sent hello = next();
    refuse(hello, "BACKEND_UNAVAILABLE", true);
    for (int second = 0; second < 200; second++) {
      server.pass(Duration.ofSeconds(1));
      server
          .sent()
          .map(Sent::new)
          .ifPresent(
              sent -> {
                if (sent.type().equals("ping")) {
                  receive("{'type':'pong'}");
                } else {
                  refuse(sent, "BACKEND_UNAVAILABLE", true);
                }
              });
    }
    assertNothingToSend();
    assertEquals("!! not sent: hello (the server did not confirm it in time)", shown.getLast());
  }

  @Test
  void showsADuplicateMessageOnce() {
    welcome(WELCOME);
    shown.clear();
    message("lobby", 6, "hi");
    message("lobby", 6, "hi");
    assertEquals(List.of("[lobby] bob: hi"), shown);
  }

  @Test
  void marksGapsThatTheServerDoesNotAnnounce() {
    String mark = EventFormatter.gap("lobby");
    welcome(WELCOME);
    shown.clear();
    message("lobby", 8, "hi");
    assertEquals(List.of(mark, "[lobby] bob: hi"), shown);
    receive("{'type':'room_reset','room':'lobby','seq':2,'epoch':'f','reason':'lost'}");
    assertEquals(mark, shown.getLast());
    assertEquals("get_message_history", next().type());
  }

  @Test
  void marksAGapAndReadsTheHistoryIfResumingFails() {
    joinDen();
    reconnect();
    receive(WELCOME.replace("}", ",'recovered':false}").replace("'e'", "'f'"));
    Sent list = next();
    assertEquals(Optional.of("lobby"), next().room());
    refuse(list, "UNKNOWN_MESSAGE_TYPE", false);
    Sent join = next();
    receive(
        "{'type':'room_joined','room':'den','seq':0,'epoch':'f','recovered':false,'id':'%s'}"
            .formatted(join.id()));
    receive("{'type':'room_info','room':'den','id':'%s'}".formatted(join.id()));
    assertTrue(shown.containsAll(List.of(EventFormatter.gap("lobby"), EventFormatter.gap("den"))));
    Sent history = next();
    assertEquals("get_message_history", history.type());
    assertEquals(Optional.of("den"), history.room());
  }

  @Test
  void serverThatLostItsMessagesIsReportedOnce() {
    welcome(WELCOME);
    reconnect();
    shown.clear();
    conversation.enter("hi");
    receive(WELCOME.replace("}", ",'recovered':false}").replace("'e'", "'f'"));
    Sent list = next();
    Sent history = next();
    refuse(list, "UNKNOWN_MESSAGE_TYPE", false);
    receive(
        "{'type':'message_history','room':'lobby','messages':[],'seq':0,'epoch':'f','id':'%s'}"
            .formatted(history.id()));
    assertEquals("hi", next().data().get("text").getAsString());
    assertEquals(
        List.of(
            "not connected, will be sent later: hi",
            "connected again",
            EventFormatter.gap("lobby")),
        shown);
  }

  @Test
  void emptyHistoryIsNoHeading() {
    welcome(WELCOME);
    conversation.enter("/history");
    receive(
        "{'type':'message_history','room':'lobby','messages':[],'seq':5,'epoch':'e','id':'%s'}"
            .formatted(next().id()));
    assertEquals("-- no messages in lobby", shown.getLast());
  }

  @Test
  void reportsAndLeavesARoomThatIsGone() {
    joinDen();
    reconnect();
    welcome(RESUMED);
    refuse(next(), "ROOM_NOT_FOUND", false);
    assertEquals("!! you are no longer in den: No", shown.getLast());
    conversation.enter("hello");
    assertEquals(Optional.of("lobby"), next().room());
  }

  @Test
  void leavesTheDefaultRoomAgainAfterReconnecting() {
    joinDen();
    conversation.enter("/leave lobby");
    receive("{'type':'room_left','room':'lobby','id':'%s'}".formatted(next().id()));
    assertEquals("-- you left lobby", shown.getLast());
    reconnect();
    receive(WELCOME);
    Sent leave = next();
    assertEquals("leave_room", leave.type());
    assertEquals(Optional.of("lobby"), leave.room());
  }

  @Test
  void pipeEndsWithItsInputOrTheFirstFailure() {
    conversation = conversation(Mode.PIPE);
    conversation.enter("one");
    conversation.endInput();
    receive(WELCOME);
    assertEquals(OptionalInt.empty(), exitCode());
    ack(next());
    assertNothingToSend();
    assertEquals(OptionalInt.of(0), exitCode());

    conversation = conversation(Mode.PIPE);
    conversation.enter("/join nosuch");
    conversation.enter("not for the lobby");
    receive(WELCOME);
    refuse(next(), "ROOM_NOT_FOUND", false);
    assertNothingToSend();
    assertEquals(OptionalInt.of(1), exitCode());
  }

  @Test
  void jsonModeContinuesAfterAFailureAndReturnsOne() {
    conversation = conversation(Mode.JSON);
    conversation.enter("one");
    conversation.enter("two");
    conversation.endInput();
    receive(WELCOME);
    refuse(next(), "VALIDATION_FAILED", false);
    ack(next());
    assertNothingToSend();
    assertEquals(OptionalInt.of(1), exitCode());
  }

  @Test
  void jsonModeSendsNothingIfItsRoomIsMissing() {
    conversation = conversation(Mode.JSON, "--room", "den");
    conversation.enter("one");
    receive(WELCOME);
    refuse(next(), "ROOM_NOT_FOUND", false);
    assertNothingToSend();
    assertEquals(OptionalInt.of(1), exitCode());
  }

  @Test
  void controlCharactersOfOthersNeverReachTheTerminal() {
    welcome(WELCOME);
    String evil = "\\u001b[2J\\u009b1m\\n";
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
    String row = "[{'type':'private_message'" + fields + "}]";
    fields += ",'rooms':%s,'users':%s,'messages':%s".formatted(row, row, row);
    Map<String, String> replies =
        Map.of(
            "/join x", "room_info",
            "/leave x", "room_left",
            "/rooms", "rooms_list",
            "/users", "room_users",
            "/history", "message_history",
            "/inbox", "inbox",
            "/invite x", "user_invited",
            "/msg x x", "error");
    for (Map.Entry<String, String> reply : replies.entrySet()) {
      conversation.enter("/switch lobby");
      conversation.enter(reply.getKey());
      receive("{'type':'%s'%s,'id':'%s'}".formatted(reply.getValue(), fields, next().id()));
    }
    for (String type :
        List.of(
            "chat_message",
            "private_message",
            "private_message_sent",
            "user_joined_room",
            "user_left_room",
            "user_left",
            "user_removed",
            "room_left",
            "room_removal",
            "room_invitation",
            "room_reset",
            "error")) {
      receive("{'type':'%s'%s}".formatted(type, fields));
    }
    assertTrue(shown.size() > 16, shown::toString);
    for (String line : shown) {
      assertFalse(line.chars().anyMatch(Character::isISOControl), line);
    }
  }

  @Test
  void jsonModeAnswersARequestThatTheClientRefuses() {
    conversation = conversation(Mode.JSON);
    receive(WELCOME);
    conversation.enter("{'type':'join_room','data':{'room':' '},'id':'7'}".replace('\'', '"'));
    assertNothingToSend();
    assertTrue(frames.getLast().contains("\"id\":\"7\""), frames::toString);
    assertEquals("!! Room name is required", shown.getLast());
  }

  @Test
  void jsonModeSendsEveryRequestToTheServer() {
    conversation = conversation(Mode.JSON);
    receive(WELCOME);
    String chat = "{'type':'chat_message','data':{'room':'nowhere','text':'x'},'id':'8'}";
    conversation.enter(chat.replace('\'', '"'));
    assertEquals("8", next().id());
    receive("{'type':'error','id':'8','message':'No','error_code':'NOT_IN_ROOM'}");
    conversation.enter("{'type':'typing_start','data':{'room':'lobby'}}".replace('\'', '"'));
    assertEquals("typing_start", next().type());
    conversation.enter("hi");
    assertEquals("chat_message", next().type(), "typing_start has no reply");
  }

  @Test
  void scriptGivesUpAfterTwoMinutesWithoutAConnection() {
    conversation = conversation(Mode.PIPE);
    receive(WELCOME);
    conversation.enter("hello");
    assertEquals("chat_message", next().type());
    server.end(1012, "");
    for (int second = 0; second < 119; second++) {
      server.pass(Duration.ofSeconds(1));
      server.end(1013, "");
    }
    assertEquals(OptionalInt.empty(), exitCode());
    server.pass(Duration.ofSeconds(1));
    assertEquals(OptionalInt.of(1), exitCode());
    assertEquals("!! 1 line was not sent", shown.getLast());
  }

  @Test
  void chatEndsIfNothingListensAtFirstAndContinuesLater() {
    server.fail(1006, "nothing listens there; is the server running?");
    assertEquals(OptionalInt.of(1), exitCode());
    assertEquals(
        "!! cannot chat at ws://127.0.0.1:8000: nothing listens there; is the server running?",
        shown.getLast());

    conversation = conversation(Mode.PIPE);
    server.fail(1013, "the server accepts no connections at the moment");
    assertEquals(OptionalInt.empty(), exitCode());
    server.pass(Duration.ofSeconds(4));
    receive(WELCOME);
    server.end(1006, "");
    server.pass(Duration.ofSeconds(1));
    server.fail(1006, "nothing listens there; is the server running?");
    assertEquals(OptionalInt.empty(), exitCode());
  }

  @Test
  void switchGoesOnlyToRoomsThatTheUserIsIn() {
    joinDen();
    conversation.enter("/switch lobby");
    conversation.enter("hello");
    assertEquals(Optional.of("lobby"), next().room());
    assertNothingToSend();
  }

  @Test
  void switchToAnotherRoomFails() {
    welcome(WELCOME);
    shown.clear();
    conversation.enter("/switch den");
    assertNothingToSend();
    assertEquals(List.of("!! you are not in den (/join den)"), shown);
  }
}
