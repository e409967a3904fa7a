package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.cli.chat.ChatOptions.Mode;
import agentcore.cli.common.UsageException;
import agentcore.client.ChatClient;
import agentcore.client.ChatEvent;
import agentcore.client.SimulatedClient;
import com.google.gson.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A conversation without a server, to which the test sends frames. */
abstract class ConversationFixture {
  static final String WELCOME =
      "{'type':'welcome','user_id':'me/1','username':'me','rooms':['lobby'],'seq':5,'epoch':'e',"
          + "'inbox_seq':0,'inbox_epoch':'i'}";
  static final String RESUMED = WELCOME.replace("}", ",'recovered':true}");

  /** A frame that the client has sent. */
  record Sent(JsonObject frame) {
    String id() {
      return frame.get("id").getAsString();
    }

    String type() {
      return frame.get("type").getAsString();
    }

    JsonObject data() {
      return frame.getAsJsonObject("data");
    }

    Optional<String> room() {
      return Optional.ofNullable(data().get("room")).map(room -> room.getAsString());
    }
  }

  final List<String> shown = new ArrayList<>();
  final List<String> frames = new ArrayList<>();
  String unread = "";
  SimulatedClient server = new SimulatedClient(ChatClient.builder(URI.create("ws://h"), "me"));
  Conversation conversation = conversation(Mode.CONSOLE);

  /** Begins another conversation, which replaces the former one. */
  final Conversation conversation(Mode mode, String... args) {
    server =
        new SimulatedClient(
            ChatClient.builder(URI.create("ws://h"), "me")
                .followsUser(mode == Mode.CONSOLE)
                .endsIfUnreachable());
    Output output =
        new Output() {
          @Override
          public void frame(ChatEvent event) {
            frames.add(event.json());
          }

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
          public void lineEntered() {}

          @Override
          public void prompt(Optional<String> room) {}

          @Override
          public void unread(String summary) {
            unread = summary;
          }

          @Override
          public boolean needsMembers(String room) {
            return false;
          }
        };
    try {
      ChatOptions options = ChatOptions.parse(List.of(args), Map.of(), "me");
      ChatClient client = server.client();
      EventFormatter formatter = new EventFormatter(false, ZoneOffset.UTC, client::unread);
      Conversation begun = new Conversation(options, mode, client, output, formatter, () -> {});
      client.execute(begun::start);
      return begun;
    } catch (UsageException e) {
      throw new AssertionError(e);
    }
  }

  void receive(String event) {
    server.receive(event.replace('\'', '"'));
  }

  /** Receives the first event of an older server, which does not keep the rooms of users. */
  void welcome(String event) {
    receive(event);
    Sent list = next();
    assertEquals("my_rooms", list.type());
    refuse(list, "UNKNOWN_MESSAGE_TYPE", false);
  }

  /** Loses the connection, and lets the client begin the next one. */
  void reconnect() {
    server.end(1006, "");
    server.pass(Duration.ofSeconds(1));
  }

  Sent next() {
    return server.sent().map(Sent::new).orElseThrow();
  }

  void assertNothingToSend() {
    assertEquals(Optional.empty(), server.sent());
  }

  OptionalInt exitCode() {
    return conversation.exitCode().isDone()
        ? OptionalInt.of(conversation.exitCode().join())
        : OptionalInt.empty();
  }

  void message(String room, long seq, String text) {
    receive(
        "{'type':'chat_message','room':'%s','username':'bob','user_id':'bob/1','text':'%s',"
                .formatted(room, text)
            + "'seq':%d,'epoch':'e','message_id':'m%d'}".formatted(seq, seq));
  }

  void refuse(Sent request, String code, boolean retryable) {
    receive(
        "{'type':'error','id':'%s','message':'No','error_code':'%s','retryable':%s}"
            .formatted(request.id(), code, retryable));
  }
}
