package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.chat.ChatOptions.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The terminal is in the user's rooms on all devices, and marks what it prints as read. */
class FollowingTest extends ConversationFixture {
  private static final String LOBBY =
      "{'name':'lobby','seq':5,'epoch':'e','unread':0,'mentions':0}";

  private static String room(String name, int seq, String counts) {
    return "{'name':'%s','seq':%d,'epoch':'e',%s}".formatted(name, seq, counts);
  }

  /**
   * Answers a request for the user's rooms.
   *
   * @param more fields that replace the defaults
   */
  private void list(String rooms, String more) {
    Request asked = next();
    assertEquals("my_rooms", asked.type());
    String others =
        Stream.of("'conversations':[]", "'invitations':[]", "'inbox_seq':3", "'inbox_epoch':'i'")
            .filter(field -> !more.contains(field.substring(0, field.indexOf(':'))))
            .collect(Collectors.joining(","));
    receive(
        "{'type':'my_rooms','rooms':[%s],'id':'%s',%s%s}"
            .formatted(rooms, asked.id(), others, more)
            .replace(",,", ","));
  }

  private void joined(Request joinAll, String room, int seq, String more) {
    receive(
        "{'type':'room_joined','room':'%s','seq':%d,'epoch':'e'%s,'id':'%s'}"
            .formatted(room, seq, more, joinAll.id()));
    receive("{'type':'room_info','room':'%s','id':'%s'}".formatted(room, joinAll.id()));
  }

  private void done(Request joinAll, String failed) {
    receive(
        "{'type':'rooms_joined','rooms':[],'failed':[%s],'id':'%s'}"
            .formatted(failed, joinAll.id()));
  }

  /** Connects, and enters the den, in which two messages are unread. */
  private void enterDen() {
    receive(WELCOME);
    list(LOBBY + "," + room("den", 2, "'unread':2,'mentions':1"), "");
    Request join = next();
    assertEquals(
        "{\"rooms\":[{\"room\":\"den\",\"epoch\":\"e\",\"since\":2}]}", join.data().toString());
    joined(join, "den", 3, ",'recovered':true");
    message("den", 3, "just now");
    done(join, "");
  }

  private void assertMarks(String data) {
    Request mark = next();
    assertEquals("mark_read", mark.type());
    assertEquals(data.replace('\'', '"'), mark.data().toString());
    receive(
        "{'type':'read_marker',%s,'epoch':'e','id':'%s'}"
            .formatted(data.replaceAll("[{}]", ""), mark.id()));
    assertNothingToSend();
    nowNanos += Duration.ofSeconds(1).toNanos();
  }

  @Test
  void entersTheRoomsOfTheUserAndSaysWhatIsUnread() {
    receive(WELCOME);
    list(
        LOBBY + "," + room("den", 2, "'unread':2,'mentions':1"),
        ",'conversations':[{'username':'bob','unread':1}],'invitations':[{'room':'attic','from_username':'carol'}]");
    assertEquals(
        List.of(
            "You are me, in lobby. /help lists the commands.",
            "-- den: 2 unread, 1 mention",
            "-- bob (private): 1 unread",
            "-- carol invites you to attic (/join attic)"),
        shown);
  }

  @Test
  void printsWhatIsSentBetweenTheListAndTheJoin() {
    enterDen();
    assertEquals("[den] bob: just now", shown.getLast());
    assertNothingToSend(); // two unread messages before it were not printed
  }

  @Test
  void resumesAllRoomsWithOneRequestAfterReconnecting() {
    enterDen();
    conversation.disconnected("gone", nowNanos);
    shown.clear();
    receive(WELCOME.replace("}", ",'recovered':true}"));
    list(LOBBY + "," + room("den", 4, "'unread':4,'mentions':1"), "");
    Request join = next();
    assertEquals(
        "{\"rooms\":[{\"room\":\"den\",\"epoch\":\"e\",\"since\":3,\"message_id\":\"m3\"}]}",
        join.data().toString());
    joined(join, "den", 4, ",'recovered':true");
    message("den", 4, "missed");
    done(join, "");
    assertEquals(List.of("connected again", "[den] bob: missed"), shown);
    assertNothingToSend();
  }

  @Test
  void leavesWhatWasLeftOnAnotherDevice() {
    enterDen();
    receive("{'type':'my_room_left','room':'den'}");
    receive("{'type':'my_room_left','room':'den'}");
    list(LOBBY, "");
    Request leave = next();
    assertEquals("leave_room", leave.type());
    receive("{'type':'room_left','room':'den','id':'%s'}".formatted(leave.id()));
    assertNothingToSend();
    conversation.enter("hello");
    assertEquals(Optional.of("lobby"), next().room());
  }

  @Test
  void forgetsWhatWasLeftOnAnotherDeviceWhileItWasAway() {
    enterDen();
    conversation.disconnected("gone", nowNanos);
    receive(WELCOME.replace("}", ",'recovered':true}"));
    list(LOBBY, "");
    assertNothingToSend();
    assertEquals("you left den on another device", shown.getLast());
  }

  @Test
  void joinsAgainWhatIsMissingInTheListOfAServerThatLostItsRooms() {
    enterDen();
    conversation.disconnected("gone", nowNanos);
    receive(WELCOME.replace("'e'", "'f'").replace("}", ",'recovered':false}"));
    list(LOBBY.replace("'e'", "'f'"), "");
    Request join = next();
    assertEquals("join_rooms", join.type());
    done(join, "{'room':'den','error_code':'ROOM_NOT_FOUND','message':'No'}");
    assertTrue(shown.contains("!! you are no longer in den: No"), shown::toString);
  }

  @Test
  void joinsOneByOneIfTheServerRefusesSeveralRooms() {
    receive(WELCOME);
    list(LOBBY + "," + room("den", 2, "'unread':0") + "," + room("attic", 0, "'unread':0"), "");
    refuse(next(), "VALIDATION_FAILED", false);
    for (String name : List.of("den", "attic")) {
      Request join = next();
      assertEquals("join_room", join.type());
      assertEquals(Optional.of(name), join.room());
      joined(join, name, 2, ",'recovered':true");
    }
    assertNothingToSend();
  }

  @Test
  void marksWhatItPrintsAtMostOnceASecond() {
    receive(WELCOME);
    list(LOBBY, "");
    message("lobby", 6, "one");
    assertMarks("{'room':'lobby','seq':6}");
    message("lobby", 7, "two");
    nowNanos -= 1;
    assertNothingToSend();
    message("lobby", 8, "three");
    nowNanos += 1;
    assertMarks("{'room':'lobby','seq':8}");
    receive(
        "{'type':'chat_message','room':'lobby','username':'me','user_id':'me/1','text':'mine',"
            + "'seq':9,'epoch':'e','message_id':'m9'}");
    assertNothingToSend();
    receive(
        "{'type':'private_message','from_username':'bob','text':'psst','seq':4,'epoch':'i','message_id':'i4'}");
    assertMarks("{'target_user_id':'bob','seq':4}");
    assertNothingToSend();
  }

  @Test
  void marksWhatTheServerCountedBeforeItKnewTheMarker() {
    receive(WELCOME);
    list(LOBBY, "");
    receive(
        "{'type':'private_message','from_username':'bob','text':'psst','seq':4,'epoch':'i','message_id':'i4'}");
    message("lobby", 6, "one");
    receive("{'type':'my_room_joined','room':'lobby'}");
    list(
        LOBBY.replace("'seq':5", "'seq':6").replace("'unread':0", "'unread':1"),
        ",'inbox_seq':4,'conversations':[{'username':'bob','unread':1}]");
    assertMarks("{'room':'lobby','seq':6}");
    assertMarks("{'target_user_id':'bob','seq':4}");
    receive("{'type':'inbox_reset','seq':0,'epoch':'j','reason':'lost'}");
    list(LOBBY, ",'inbox_seq':0,'inbox_epoch':'j'");
    receive(
        "{'type':'private_message','from_username':'bob','text':'psst','seq':1,'epoch':'j','message_id':'j1'}");
    assertMarks("{'target_user_id':'bob','seq':1}");
  }

  @Test
  void doesNotAskTwiceToLeaveARoomThatItIsNotIn() {
    enterDen();
    for (int i = 0; i < 2; i++) {
      receive("{'type':'my_room_left','room':'den'}");
      list(LOBBY, "");
      if (i == 0) {
        Request leave = next();
        assertEquals("leave_room", leave.type());
        refuse(leave, "NOT_IN_ROOM", false);
      }
      assertNothingToSend();
    }
  }

  @Test
  void marksUnreadMessagesWhenTheHistoryPrintsThem() {
    enterDen();
    conversation.enter("/join den");
    Request join = next();
    joined(join, "den", 3, "");
    conversation.enter("/history 1");
    String row = "{'type':'chat_message','username':'bob','text':'x','seq':%d}";
    receive(
        "{'type':'message_history','room':'den','messages':[%s],'seq':3,'epoch':'e','more':true,'id':'%s'}"
            .formatted(row.formatted(3), next().id()));
    assertNothingToSend();
    conversation.enter("/history");
    receive(
        "{'type':'message_history','room':'den','messages':[%s,%s,%s],'seq':3,'epoch':'e','id':'%s'}"
            .formatted(row.formatted(1), row.formatted(2), row.formatted(3), next().id()));
    assertMarks("{'room':'den','seq':3}");
    assertNothingToSend();
  }

  @Test
  void listsRoomsWithWhatIsUnreadAndSaysThatNothingIs() {
    receive(WELCOME);
    list(LOBBY, "");
    shown.clear();
    conversation.enter("/rooms");
    list(LOBBY.replace("'unread':0", "'unread':2"), "");
    receive(
        "{'type':'rooms_list','rooms':[{'name':'lobby','user_count':1,'created_by':'system','is_public':true}],'id':'%s'}"
            .formatted(next().id()));
    conversation.enter("/unread");
    list(LOBBY, "");
    assertEquals(
        List.of(
            "-- rooms:",
            "   lobby: 1 member, created by system, 2 unread",
            EventFormatter.NOTHING_UNREAD),
        shown);
  }

  @Test
  void scriptIsOnlyInTheRoomsThatItJoinsAndMarksNothing() {
    conversation = conversation(Mode.PIPE);
    receive(WELCOME);
    message("lobby", 6, "one");
    assertNothingToSend();
  }
}
