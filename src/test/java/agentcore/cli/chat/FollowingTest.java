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
    Sent asked = next();
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

  private void joined(Sent joinAll, String room, int seq, String more) {
    receive(
        "{'type':'room_joined','room':'%s','seq':%d,'epoch':'e'%s,'id':'%s'}"
            .formatted(room, seq, more, joinAll.id()));
    receive("{'type':'room_info','room':'%s','id':'%s'}".formatted(room, joinAll.id()));
  }

  private void done(Sent joinAll, String failed) {
    receive(
        "{'type':'rooms_joined','rooms':[],'failed':[%s],'id':'%s'}"
            .formatted(failed, joinAll.id()));
  }

  /** Connects, and enters the den, in which two messages are unread. */
  private void enterDen() {
    receive(WELCOME);
    list(LOBBY + "," + room("den", 2, "'unread':2,'mentions':1"), "");
    Sent join = next();
    assertEquals(
        "{\"rooms\":[{\"room\":\"den\",\"epoch\":\"e\",\"since\":2}]}", join.data().toString());
    joined(join, "den", 3, ",'recovered':true");
    message("den", 3, "just now");
    done(join, "");
  }

  private void assertMarks(String data) {
    Sent mark = next();
    assertEquals("mark_read", mark.type());
    assertEquals(data.replace('\'', '"'), mark.data().toString());
    String marker = data.replaceAll("[{}]", "").replace("target_user_id", "username");
    String epoch = data.contains("room") ? "e" : "i";
    receive("{'type':'read_marker',%s,'epoch':'%s','id':'%s'}".formatted(marker, epoch, mark.id()));
    assertNothingToSend();
    server.pass(Duration.ofSeconds(1));
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
    reconnect();
    shown.clear();
    receive(RESUMED);
    list(LOBBY + "," + room("den", 4, "'unread':4,'mentions':1"), "");
    Sent join = next();
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
    list(LOBBY, "");
    Sent leave = next();
    assertEquals("leave_room", leave.type());
    receive("{'type':'room_left','room':'den','id':'%s'}".formatted(leave.id()));
    assertNothingToSend();
    conversation.enter("hello");
    assertEquals(Optional.of("lobby"), next().room());
  }

  @Test
  void printsWhatHappensOnOtherDevicesAndRepliesOnce() {
    receive(WELCOME);
    list(LOBBY, "");
    shown.clear();
    receive("{'type':'my_room_joined','room':'lobby'}");
    receive("{'type':'user_blocked','username':'bob'}");
    list(LOBBY, "");
    conversation.enter("/unblock bob");
    receive("{'type':'user_unblocked','username':'bob','id':'%s'}".formatted(next().id()));
    assertEquals(
        List.of(
            "-- you joined lobby on another device",
            "-- bob is blocked",
            "-- bob is no longer blocked"),
        shown);
  }

  @Test
  void forgetsWhatWasLeftOnAnotherDeviceWhileItWasAway() {
    enterDen();
    reconnect();
    receive(RESUMED);
    list(LOBBY, "");
    assertNothingToSend();
    assertEquals("you left den on another device", shown.getLast());
  }

  @Test
  void joinsAgainWhatIsMissingInTheListOfAServerThatLostItsRooms() {
    enterDen();
    reconnect();
    receive(WELCOME.replace("'e'", "'f'").replace("}", ",'recovered':false}"));
    list(LOBBY.replace("'e'", "'f'"), "");
    assertEquals("get_message_history", next().type());
    Sent join = next();
    assertEquals("join_rooms", join.type());
    done(join, "{'room':'den','error_code':'ROOM_NOT_FOUND','message':'No'}");
    assertTrue(shown.contains("!! you are no longer in den: No"), shown::toString);
  }

  @Test
  void joinsOneByOneIfTheServerRefusesSeveralRooms() {
    receive(WELCOME);
    list(LOBBY + "," + room("den", 2, "'unread':0") + "," + room("attic", 0, "'unread':0"), "");
    refuse(next(), "VALIDATION_FAILED", false);
    server.pass(Duration.ofSeconds(2));
    for (String name : List.of("den", "attic")) {
      Sent join = next();
      assertEquals("join_room", join.type());
      assertEquals(Optional.of(name), join.room());
      joined(join, name, 2, ",'recovered':true");
    }
    assertNothingToSend();
  }

  @Test
  void marksWhatItPrints() {
    receive(WELCOME);
    list(LOBBY, ",'inbox_seq':0");
    message("lobby", 6, "one");
    assertMarks("{'room':'lobby','seq':6}");
    message("lobby", 7, "two");
    assertMarks("{'room':'lobby','seq':7}");
    receive(
        "{'type':'chat_message','room':'lobby','username':'me','user_id':'me/1','text':'mine',"
            + "'seq':8,'epoch':'e','message_id':'m8'}");
    assertNothingToSend();
    receive(
        "{'type':'private_message','from_username':'bob','text':'psst','seq':1,'epoch':'i','message_id':'i1'}");
    assertMarks("{'target_user_id':'bob','seq':1}");
    assertNothingToSend();
  }

  @Test
  void marksWhatTheServerCountedBeforeItKnewTheMarker() {
    receive(WELCOME);
    Sent asked = next();
    message("lobby", 6, "one");
    assertNothingToSend(); // the server may have counted earlier messages
    receive(
        "{'type':'my_rooms','rooms':[%s],'conversations':[],'inbox_seq':0,'inbox_epoch':'i','id':'%s'}"
            .formatted(room("lobby", 6, "'unread':1"), asked.id()));
    assertMarks("{'room':'lobby','seq':6}");
  }

  @Test
  void doesNotMarkWhatItDidNotPrint() {
    receive(WELCOME);
    list(room("lobby", 5, "'unread':1"), "");
    message("lobby", 6, "two");
    message("lobby", 7, "three");
    assertNothingToSend();
    message("lobby", 9, "after a gap");
    assertEquals(EventFormatter.gap("lobby"), shown.get(shown.size() - 2));
    list(room("lobby", 9, "'unread':5"), "");
    assertNothingToSend();
  }

  @Test
  void unreadMessagesAreListedUntilTheyAreReadAnywhere() {
    receive(WELCOME);
    list(
        LOBBY + "," + room("den", 7, "'unread':2,'mentions':1,'read_seq':5"),
        ",'conversations':[{'username':'al','unread':1}]");
    assertEquals("den 2!, al 1", unread);
    Sent join = next();
    joined(join, "den", 7, ",'recovered':true");
    done(join, "");
    message("den", 7, "counted already");
    assertEquals("den 2!, al 1", unread);
    message("den", 8, "new");
    message("lobby", 6, "printed, and so not listed");
    assertMarks("{'room':'lobby','seq':6}");
    assertEquals("den 3!, al 1", unread);
    conversation.enter("/switch");
    Sent history = next();
    assertEquals("get_message_history", history.type());
    assertEquals(Optional.of("den"), history.room());
    String row = "{'type':'chat_message','username':'bob','text':'x','seq':%d}";
    receive(
        "{'type':'message_history','room':'den','messages':[%s,%s,%s],'seq':8,'epoch':'e','id':'%s'}"
            .formatted(row.formatted(6), row.formatted(7), row.formatted(8), history.id()));
    assertEquals("al 1", unread);
    assertMarks("{'room':'den','seq':8}");
    receive("{'type':'read_marker','username':'al','seq':3,'epoch':'i'}");
    assertEquals("", unread, "another device read it");
  }

  @Test
  void marksUnreadMessagesWhenTheHistoryPrintsThem() {
    enterDen();
    conversation.enter("/join den");
    Sent join = next();
    joined(join, "den", 3, "");
    list(LOBBY + "," + room("den", 3, "'unread':3"), "");
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
    list(room("lobby", 5, "'unread':2"), "");
    shown.clear();
    conversation.enter("/rooms");
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
