package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.chat.ChatOptions.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What the conversation sends and shows, frame by frame, without a server. */
class ConversationTest extends ConversationFixture {
  private void ack(Request request) {
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
    Request one = next();
    assertNothingToSend();
    ack(one);
    Request join = next();
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
    Request hello = next();
    conversation.disconnected("gone", nowNanos);
    assertNothingToSend();
    welcome(WELCOME.replace("}", ",'recovered':true}"));
    Request join = next();
    assertEquals("join_room", join.type());
    assertEquals("{\"room\":\"den\",\"epoch\":\"e\",\"since\":1}", join.data().toString());
    receive(
        "{'type':'room_joined','room':'den','seq':3,'epoch':'e','recovered':true,'id':'%s'}"
            .formatted(join.id()));
    receive("{'type':'room_info','room':'den','id':'%s'}".formatted(join.id()));
    assertEquals(hello.text(), next().text());
    shown.clear();
    message("den", 2, "missed");
    message("den", 3, "missed too");
    assertEquals(List.of("[den] bob: missed", "[den] bob: missed too"), shown);
  }

  @Test
  void resendsAPrivateMessageWithTheSameIdAndShowsItOnce() {
    welcome(WELCOME);
    conversation.enter("/msg bob psst");
    Request first = next();
    conversation.disconnected("gone", nowNanos);
    shown.clear();
    welcome(WELCOME.replace("}", ",'recovered':true,'inbox_seq':1,'inbox_epoch':'i'}"));
    receive("{'type':'inbox_resumed','seq':1,'epoch':'i','recovered':true}");
    String sent = "{'type':'private_message_sent','to_username':'bob','text':'psst',";
    receive(sent + "'seq':1,'epoch':'i','message_id':'m1'}");
    assertEquals(first.text(), next().text());
    receive(
        sent
            + "'seq':1,'epoch':'i','message_id':'m1','duplicate':true,'id':'%s'}"
                .formatted(first.id()));
    assertNothingToSend();
    assertEquals(List.of("connected again", "you to bob (private): psst"), shown);
  }

  @Test
  void resumesPrivateMessagesAndReportsAGap() {
    assertEquals(Optional.empty(), conversation.resumeInbox());
    welcome(WELCOME);
    assertEquals(new JoinedRooms.Position("", 0, ""), conversation.resumeInbox().orElseThrow());
    String message = "{'type':'private_message','from_username':'bob','text':'hi',";
    receive(message + "'seq':1,'epoch':'i','message_id':'m1'}");
    JoinedRooms.Position seen = new JoinedRooms.Position("i", 1, "m1");
    assertEquals(seen, conversation.resumeInbox().orElseThrow());
    conversation.disconnected("gone", nowNanos);
    welcome(WELCOME.replace("}", ",'recovered':true,'inbox_seq':4,'inbox_epoch':'j'}"));
    assertEquals(seen, conversation.resumeInbox().orElseThrow());
    receive("{'type':'inbox_resumed','seq':4,'epoch':'j','recovered':false}");
    assertEquals(EventFormatter.INBOX_GAP, shown.getLast());
    assertEquals(new JoinedRooms.Position("j", 4, ""), conversation.resumeInbox().orElseThrow());
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
    Request hello = next();
    receive(
        "{'type':'error','id':'%s','error_code':'RATE_LIMIT_EXCEEDED','retryable':true,"
                .formatted(hello.id())
            + "'retry_after':2.5}");
    nowNanos = Duration.ofMillis(2499).toNanos();
    assertNothingToSend();
    nowNanos = Duration.ofMillis(2500).toNanos();
    assertEquals(hello, next());
  }

  @Test
  void givesUpAMessageBeforeTheServerCanForgetItsId() {
    welcome(WELCOME);
    conversation.enter("hello");
    refuse(next(), "BACKEND_UNAVAILABLE", true);
    nowNanos = PATIENCE.toNanos();
    refuse(next(), "BACKEND_UNAVAILABLE", true);
    nowNanos += Duration.ofSeconds(2).toNanos();
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
    conversation.disconnected("gone", nowNanos);
    welcome(WELCOME.replace("}", ",'recovered':false}").replace("'e'", "'f'"));
    Request join = next();
    receive(
        "{'type':'room_joined','room':'den','seq':0,'epoch':'f','recovered':false,'id':'%s'}"
            .formatted(join.id()));
    receive("{'type':'room_info','room':'den','id':'%s'}".formatted(join.id()));
    assertTrue(shown.containsAll(List.of(EventFormatter.gap("lobby"), EventFormatter.gap("den"))));
    assertEquals(Optional.of("lobby"), next().room());
    assertEquals(new JoinedRooms.Position("f", 5, ""), conversation.resume().orElseThrow());
  }

  @Test
  void reportsAndLeavesARoomThatIsGone() {
    joinDen();
    conversation.disconnected("gone", nowNanos);
    welcome(WELCOME.replace("}", ",'recovered':true}"));
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
    assertEquals(Optional.empty(), conversation.resume());
    conversation.disconnected("gone", nowNanos);
    welcome(WELCOME);
    assertEquals("join_room", next().type());
    receive("{'type':'error','message_type':'join_room','message':'No','retryable':false}");
    Request leave = next();
    assertEquals("leave_room", leave.type());
    assertEquals(Optional.of("lobby"), leave.room());
  }

  @Test
  void pipeEndsWithItsInputOrTheFirstFailure() {
    conversation = conversation(Mode.PIPE);
    conversation.enter("one");
    conversation.endInput();
    receive(WELCOME);
    ack(next());
    assertNothingToSend();
    assertEquals(OptionalInt.of(0), conversation.exitCode());

    conversation = conversation(Mode.PIPE);
    conversation.enter("/join nosuch");
    conversation.enter("not for the lobby");
    receive(WELCOME);
    refuse(next(), "ROOM_NOT_FOUND", false);
    assertNothingToSend();
    assertEquals(OptionalInt.of(1), conversation.exitCode());
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
    assertEquals(OptionalInt.of(1), conversation.exitCode());
  }

  @Test
  void jsonModeSendsNothingIfItsRoomIsMissing() {
    conversation = conversation(Mode.JSON, "--room", "den");
    conversation.enter("one");
    receive(WELCOME);
    refuse(next(), "ROOM_NOT_FOUND", false);
    assertNothingToSend();
    assertEquals(OptionalInt.of(1), conversation.exitCode());
  }

  @Test
  void controlCharactersOfOthersNeverReachTheTerminal() {
    welcome(WELCOME);
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
            "inbox",
            "room_removal",
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
      receive(
          "{'type':'%s'%s,'rooms':%s,'users':%s,'messages':%s}"
              .formatted(type, fields, row, row, row));
    }
    assertTrue(shown.size() > 16, shown::toString);
    for (String line : shown) {
      assertFalse(line.chars().anyMatch(Character::isISOControl), line);
    }
  }

  private void list(String rooms, String conversations) {
    receive(
        "{'type':'my_rooms','rooms':[%s],'conversations':[%s],'inbox_seq':3,'id':'%s'}"
            .formatted(rooms, conversations, next().id()));
  }

  private void joinAll(String room) {
    Request join = next();
    assertEquals("join_rooms", join.type());
    receive("{'type':'room_joined','room':'%s','seq':7,'epoch':'e'}".formatted(room));
    receive("{'type':'rooms_joined','id':'%s'}".formatted(join.id()));
  }

  @Test
  void unreadMessagesAreListedUntilTheyAreReadAnywhere() {
    receive(WELCOME);
    list(
        "{'name':'den','unread':2,'mentions':1,'seq':7,'epoch':'e','read_seq':5}",
        "{'username':'al','unread':1}");
    assertEquals("den 2!, al 1", unread);
    joinAll("den");
    message("den", 7, "counted already");
    assertEquals("den 2!, al 1", unread);
    message("den", 8, "new");
    message("lobby", 6, "printed, and so not listed");
    assertEquals("den 3!, al 1", unread);
    conversation.enter("/switch");
    Request history = next();
    assertEquals("get_message_history", history.type());
    assertEquals(Optional.of("den"), history.room());
    receive(
        "{'type':'message_history','room':'den','messages':[],'seq':8,'epoch':'e','id':'%s'}"
            .formatted(history.id()));
    receive("{'type':'read_marker','username':'al','seq':3}");
    assertEquals("den 3!, al 1", unread, "another device read something: the server is asked");
    Optional<Request> request = conversation.next(nowNanos);
    while (request.isPresent() && !request.get().type().equals("my_rooms")) {
      receive("{'type':'read_marker','id':'%s'}".formatted(request.get().id()));
      request = conversation.next(nowNanos);
    }
    receive(
        "{'type':'my_rooms','rooms':[],'conversations':[],'id':'%s'}"
            .formatted(request.orElseThrow().id()));
    assertEquals("", unread);
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
