package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.cli.chat.ChatOptions.Mode;
import agentcore.cli.common.ServerEvent;
import agentcore.cli.common.UsageException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A conversation without a server, to which the test sends frames. */
abstract class ConversationFixture {
  static final String WELCOME =
      "{'type':'welcome','user_id':'me/1','username':'me','rooms':['lobby'],'seq':5,'epoch':'e'}";
  static final Duration PATIENCE = Duration.ofSeconds(100);

  final List<String> shown = new ArrayList<>();
  String unread = "";
  long nowNanos;
  Conversation conversation = conversation(Mode.CONSOLE);

  Conversation conversation(Mode mode, String... args) {
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
      EventFormatter formatter = new EventFormatter(false, ZoneOffset.UTC);
      return new Conversation(
          options, mode, output, formatter, new RequestQueue(PATIENCE), () -> {});
    } catch (UsageException e) {
      throw new AssertionError(e);
    }
  }

  void receive(String event) {
    conversation.receive(ServerEvent.parse(event.replace('\'', '"')).orElseThrow(), nowNanos);
  }

  /** Receives the first event of an older server, which does not keep the rooms of users. */
  void welcome(String event) {
    receive(event);
    refuse(next(), "UNKNOWN_MESSAGE_TYPE", false);
  }

  Request next() {
    return conversation.next(nowNanos).orElseThrow();
  }

  void assertNothingToSend() {
    assertEquals(Optional.empty(), conversation.next(nowNanos).map(Request::text));
  }

  void message(String room, long seq, String text) {
    receive(
        "{'type':'chat_message','room':'%s','username':'bob','user_id':'bob/1','text':'%s',"
                .formatted(room, text)
            + "'seq':%d,'epoch':'e','message_id':'m%d'}".formatted(seq, seq));
  }

  void refuse(Request request, String code, boolean retryable) {
    receive(
        "{'type':'error','id':'%s','message':'No','error_code':'%s','retryable':%s}"
            .formatted(request.id(), code, retryable));
  }
}
