package agentcore.cli.chat.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.terminal.Completer.Completion;
import agentcore.client.ChatEvent;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChatCompleterTest {
  private final ChatCompleter completer = new ChatCompleter("me");

  private void learn(String json) {
    completer.learn(ChatEvent.parse(json.replace('\'', '"')).orElseThrow());
  }

  /** Returns the text with the end replaced by each candidate. */
  private List<String> complete(String before) {
    Completion completion = completer.complete(before);
    String start = before.substring(0, completion.start());
    return completion.candidates().stream().map(candidate -> start + candidate).toList();
  }

  private void learnAll() {
    learn("{'type':'my_rooms','rooms':[{'name':'den'},{'name':'dev ops'}],'conversations':[]}");
    learn("{'type':'room_users','room':'den','users':[{'username':'ben'},{'username':'me'}]}");
    learn("{'type':'chat_message','room':'den','username':'Bob','text':'x'}");
    learn("{'type':'private_message','from_username':'al bo','to_username':'me'}");
  }

  @Test
  void commandsAreThoseOfTheHelp() {
    assertEquals(List.of("/join "), complete("/j"));
    assertEquals(List.of("/rooms "), complete("/ro"));
    assertEquals(List.of("/block ", "/blocked "), complete("/bl"));
    assertTrue(complete("/").contains("/switch "));
    assertEquals(List.of(), complete("/nosuch"));
  }

  @Test
  void roomsAndUsersAreCompletedWhereACommandExpectsThem() {
    learnAll();
    assertEquals(List.of("/join den", "/join dev ops"), complete("/join de"));
    assertEquals(List.of("/switch dev ops"), complete("/switch dev o"));
    assertEquals(List.of("/invite Bob", "/invite ben"), complete("/invite b"));
    assertEquals(List.of("/msg \"al bo\" "), complete("/msg a"));
    assertEquals(List.of("/msg \"al bo\" "), complete("/msg \"al b"));
    assertEquals(List.of("/msg ben "), complete("/msg be"));
    assertEquals(List.of("/msg ben hi Bob "), complete("/msg ben hi bo"));
  }

  @Test
  void namesInATextAreThoseOfOthersAndTheLastOneFirst() {
    learnAll();
    assertEquals(List.of("Bob: ", "ben: "), complete("b"));
    assertEquals(List.of("hi @ben "), complete("hi @be"));
    assertEquals(List.of("hi Bob ", "hi ben "), complete("hi b"));
    learn("{'type':'user_joined_room','room':'den','username':'ben'}");
    assertEquals(List.of("ben: ", "Bob: "), complete("b"));
    assertEquals(List.of(), complete("m"), "one's own");
    assertEquals(List.of(), complete(""));
    assertEquals(List.of(), complete("hi "));
  }

  @Test
  void namesAreBounded() {
    IntStream.range(0, 10_000)
        .forEach(i -> learn("{'type':'user_joined_room','room':'r','username':'u" + i + "'}"));
    assertEquals(2000, complete("u").size());
    assertEquals("u9999: ", complete("u").getFirst());
  }

  @Test
  void membersAreAskedForOnce() {
    assertTrue(completer.needsMembers("den"));
    assertFalse(completer.needsMembers("den"));
  }
}
