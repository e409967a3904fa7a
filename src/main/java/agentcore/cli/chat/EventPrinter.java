package agentcore.cli.chat;

import agentcore.cli.chat.ChatOptions.Mode;
import agentcore.client.ChatClient;
import agentcore.client.ChatEvent;
import java.util.List;

/**
 * Prints what happens in the user's rooms and to the user. Where messages may be missing, it says
 * so, and prints the last messages of the room. For the client's thread.
 */
final class EventPrinter {
  private static final int CATCH_UP_MESSAGES = 20;

  private final Mode mode;
  private final ChatClient client;
  private final Output output;
  private final EventFormatter formatter;
  private final Sender sender;
  private final Unread unread;
  private boolean hasSaidUnread;

  EventPrinter(
      Mode mode,
      ChatClient client,
      Output output,
      EventFormatter formatter,
      Sender sender,
      Unread unread) {
    this.mode = mode;
    this.client = client;
    this.output = output;
    this.formatter = formatter;
    this.sender = sender;
    this.unread = unread;
  }

  /** Begins to listen to the client. */
  void listen() {
    EventFormatter.PUSHED.forEach(type -> client.on(type, this::pushed));
    client.on("my_rooms", this::listed);
    client.on("gap", this::gap);
    client.on("inbox_gap", event -> output.notice(EventFormatter.INBOX_GAP));
    List.of("read_marker", "room_joined", "room_left", "room_lost", "room_reset")
        .forEach(type -> client.on(type, event -> refresh()));
  }

  /** Prints an event, if people need to see it. */
  void print(ChatEvent event) {
    (mode == Mode.CONSOLE ? formatter.timedLines(event) : formatter.lines(event))
        .forEach(output::line);
    unread.printed(event);
    refresh();
  }

  /** Prints the reply to a command, unless it was printed when it arrived. */
  void printReply(ChatEvent reply) {
    if (!EventFormatter.PUSHED.contains(reply.type())) {
      print(reply);
    }
    if (reply.type().equals("my_rooms") && formatter.lines(reply).isEmpty()) {
      output.line(EventFormatter.NOTHING_UNREAD);
    }
  }

  private void pushed(ChatEvent event) {
    boolean isOwn =
        event.type().equals("chat_message") && client.isOwnChannel(event.text("user_id"));
    if (!event.is("duplicate") && (mode == Mode.CONSOLE || !isOwn)) {
      print(event);
    }
  }

  private void listed(ChatEvent list) {
    if (!hasSaidUnread && mode == Mode.CONSOLE) {
      hasSaidUnread = true;
      print(list);
    }
    refresh();
  }

  private void gap(ChatEvent event) {
    String room = event.text("room");
    if (mode == Mode.JSON) {
      output.notice(EventFormatter.gap(room));
    } else {
      output.line(EventFormatter.gap(room));
    }
    if (!event.text("reason").equals("hole")) {
      sender.await(client.history(room, CATCH_UP_MESSAGES), this::catchUp);
    }
  }

  /** Prints the last messages after a gap; nothing if there are none, because all are lost. */
  private void catchUp(ChatEvent history) {
    if (!history.objects("messages").isEmpty()) {
      print(history);
    }
  }

  private void refresh() {
    output.unread(unread.summary());
  }
}
