package agentcore.cli.chat.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
  private static Command parse(String line) {
    return Command.parse(line, Optional.of("lobby"), false);
  }

  private static Request request(String line) {
    return assertInstanceOf(Command.Send.class, parse(line)).request();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hello there          | chat_message        | {"room":"lobby","text":"hello there"}
          //etc                | chat_message        | {"room":"lobby","text":"/etc"}
          {"type":"ping"}      | chat_message        | {"room":"lobby","text":"{\\"type\\":\\"ping\\"}"}
          /join my room        | join_room           | {"room":"my room"}
          /create my room      | create_room         | {"room_name":"my room","is_public":true}
          /create --private den| create_room         | {"room_name":"den","is_public":false}
          /create den --private| create_room         | {"room_name":"den","is_public":false}
          /leave               | leave_room          | {"room":"lobby"}
          /leave my room       | leave_room          | {"room":"my room"}
          /rooms               | list_rooms          | {}
          /users               | get_room_users      | {"room":"lobby"}
          /users den           | get_room_users      | {"room":"den"}
          /msg bob hi  there   | private_message     | {"target_user_id":"bob","text":"hi  there"}
          /msg "bob smith" hi  | private_message     | {"target_user_id":"bob smith","text":"hi"}
          /inbox               | get_inbox           | {}
          /unread              | my_rooms            | {}
          /block bob smith     | block_user          | {"target_user_id":"bob smith"}
          /unblock bob         | unblock_user        | {"target_user_id":"bob"}
          /blocked             | blocked_users       | {}
          /invite bob smith    | invite_user         | {"room":"lobby","target_user_id":"bob smith"}
          /history             | get_message_history | {"room":"lobby"}
          /history 20          | get_message_history | {"room":"lobby","limit":20}
          """)
  void parsesALineAsARequest(String line, String type, String data) {
    assertEquals(type, request(line).type());
    assertEquals(data, request(line).data().toString());
    assertNotEquals(request(line).id(), request(line).id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/join",
        "/create",
        "/create --private",
        "/create --publik x",
        "/msg",
        "/msg bob",
        "/msg \"bob smith\"",
        "/invite",
        "/block",
        "/unblock",
        "/history x",
        "/history 0",
        "/history -1",
        "/nosuch",
        "/"
      })
  void rejectsInvalidCommands(String line) {
    assertInstanceOf(Command.Invalid.class, parse(line));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "/leave", "/users", "/history", "/invite bob"})
  void rejectsTextsAndCommandsThatNeedARoom(String line) {
    Command command = Command.parse(line, Optional.empty(), false);
    assertTrue(assertInstanceOf(Command.Invalid.class, command).reason().contains("not in a room"));
  }

  @Test
  void parsesEmptyLinesHelpAndQuit() {
    assertInstanceOf(Command.Nothing.class, parse("  "));
    assertInstanceOf(Command.Help.class, parse("/help"));
    assertInstanceOf(Command.Quit.class, parse(" /quit "));
  }

  @Test
  void passesJsonRequestsOfAScriptThrough() {
    String json = "{\"type\":\"ping\",\"id\":\"7\",\"data\":{\"more\":1}}";
    Command command = Command.parse(json, Optional.empty(), true);
    Request request = assertInstanceOf(Command.Send.class, command).request();
    assertEquals("7 ping {\"more\":1}", request.id() + " " + request.type() + " " + request.data());
    Command without = Command.parse("{\"type\":\"ping\"}", Optional.empty(), true);
    assertEquals(36, assertInstanceOf(Command.Send.class, without).request().id().length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}",
        "{\"type\":1}",
        "{\"type\":\"ping\",\"id\":7}",
        "{\"type\":\"x\"} {",
        "{\"type\":\"x\",\"data\":1}"
      })
  void rejectsInvalidJsonRequests(String json) {
    assertInstanceOf(Command.Invalid.class, Command.parse(json, Optional.empty(), true));
  }

  @Test
  void switchNamesARoomOrNone() {
    assertEquals(
        new Command.Switch("my den"), Command.parse("/switch my den", Optional.of("lobby"), false));
    assertEquals(new Command.Switch(""), Command.parse("/switch", Optional.of("lobby"), false));
  }

  @Test
  void pastedCommandCanContainLineBreaks() {
    assertEquals(
        new Command.Invalid("unknown command /nosuch (/help lists the commands)"),
        Command.parse("/nosuch\nx", Optional.of("lobby"), false));
    assertEquals(
        new Command.Switch("den"), Command.parse("/switch\nden", Optional.of("lobby"), false));
  }
}
