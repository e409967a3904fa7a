package agentcore.cli.chat;

import agentcore.cli.chat.ChatOptions.Mode;
import agentcore.cli.chat.command.Command;
import agentcore.cli.chat.command.Request;
import agentcore.cli.common.Printable;
import agentcore.client.ChatClient;
import agentcore.client.ChatEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The user's lines, and the end of the chat. A line is handled when the client is connected and all
 * requests of the previous line are answered. For the client's thread.
 */
final class Conversation {
  private static final int OK = 0;
  private static final int FAILED = 1;

  private final ChatOptions options;
  private final Mode mode;
  private final ChatClient client;
  private final Output output;
  private final Runnable onLineHandled;
  private final Sender sender;
  private final Unread unread;
  private final EventPrinter printer;
  private final CurrentRoom room;
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
  private final Deque<String> lines = new ArrayDeque<>();
  private boolean isConnected;
  private boolean wasEverConnected;
  private boolean hasInputEnded;
  private boolean hasFailed;
  private String lastError = "";
  private String lastReason = "";
  private Runnable patience = () -> {};

  /** Creates a conversation; {@code onLineHandled} runs for each line that leaves the queue. */
  Conversation(
      ChatOptions options,
      Mode mode,
      ChatClient client,
      Output output,
      EventFormatter formatter,
      Runnable onLineHandled) {
    this.options = options;
    this.mode = mode;
    this.client = client;
    this.output = output;
    this.onLineHandled = onLineHandled;
    this.sender = new Sender(client, this::proceed);
    this.unread = new Unread(client);
    this.printer = new EventPrinter(mode, client, output, formatter, sender, unread);
    this.room = new CurrentRoom(client, output);
  }

  /** Returns the exit code, when the chat has ended. Any thread may call it. */
  CompletableFuture<Integer> exitCode() {
    return exitCode;
  }

  /** Connects. */
  void start() {
    client.onFrame(this::frame);
    unread.listen();
    printer.listen();
    client.on("welcome", this::welcomed);
    client.on("state", this::stateChanged);
    client.on("room_left", this::left);
    client.on("room_lost", this::lost);
    waitForConnection();
    var unused = client.connect();
  }

  private boolean hasEnded() {
    return exitCode.isDone();
  }

  private void end(int code) {
    patience.run();
    exitCode.complete(code);
  }

  // --- the user's lines ---

  void enter(String line) {
    if (mode == Mode.CONSOLE && line.strip().equals("/quit")) {
      end(OK);
      return;
    }
    lines.add(line);
    if (mode == Mode.CONSOLE && !isConnected && !line.isBlank()) {
      output.notice("not connected, will be sent later: " + Printable.line(line));
    }
    output.lineEntered();
    proceed();
  }

  void endInput() {
    hasInputEnded = true;
    proceed();
  }

  private boolean isIdle() {
    return !hasEnded() && sender.unanswered() == 0;
  }

  /** Handles lines while no request is unanswered. */
  private void proceed() {
    while (isIdle() && isConnected && !lines.isEmpty()) {
      onLineHandled.run();
      run(Command.parse(lines.remove(), room.name(), mode == Mode.JSON));
    }
    if (isIdle() && hasInputEnded && wasEverConnected && lines.isEmpty()) {
      end(hasFailed ? FAILED : OK);
    }
    if (isIdle() && isConnected) {
      room.name()
          .filter(output::needsMembers)
          .ifPresent(
              name -> {
                var unused = client.request("get_room_users", Map.of("room", name));
              });
    }
  }

  private void run(Command command) {
    switch (command) {
      case Command.Send send when send.request().hasReply() -> send(send.request());
      case Command.Send send -> client.signal(send.request().type(), send.request().data().asMap());
      case Command.Switch to -> switchTo(to.room());
      case Command.Help help -> Command.HELP.lines().forEach(output::line);
      case Command.Quit quit -> {
        lines.clear();
        hasInputEnded = true;
      }
      case Command.Invalid invalid -> failed(invalid.reason());
      case Command.Nothing nothing -> {}
    }
  }

  private void send(Request request) {
    sender.send(request, reply -> answered(request, reply), reason -> failed(request, reason));
  }

  private void answered(Request request, ChatEvent reply) {
    printer.printReply(reply);
    if (request.joinsRoom()) {
      room.switchTo(reply.text("room"));
    }
  }

  private void switchTo(String named) {
    Optional<String> next = named.isEmpty() ? unread.nextRoom(room.name()) : Optional.of(named);
    if (next.isEmpty()) {
      output.line(EventFormatter.NOTHING_UNREAD);
    } else if (!client.rooms().contains(next.get())) {
      failed("you are not in " + Printable.line(named) + " (/join " + Printable.line(named) + ")");
    } else {
      room.switchTo(next.get());
      if (unread.hasRoom(next.get())) {
        send(Request.inRoom("get_message_history", next.get()));
      }
    }
  }

  // --- the connection ---

  private void frame(ChatEvent frame) {
    boolean isHeartbeat = frame.type().equals("pong") && !frame.has("id");
    if (!isHeartbeat) {
      output.frame(frame);
    }
    if (frame.type().equals("error")) {
      lastError = frame.text("id");
      if (!frame.has("id")) {
        failed(Printable.line(frame.text("message")));
      }
    }
  }

  private void welcomed(ChatEvent welcome) {
    isConnected = true;
    patience.run();
    if (!wasEverConnected) {
      wasEverConnected = true;
      room.welcomed(welcome);
      begin();
    }
    proceed();
  }

  private void begin() {
    options
        .room()
        .filter(name -> !client.rooms().contains(name))
        .map(name -> Request.inRoom("join_room", name))
        .ifPresent(
            join -> sender.send(join, reply -> answered(join, reply), this::failedAtTheStart));
    if (mode == Mode.CONSOLE) {
      String where = room.name().map(name -> ", in " + Printable.line(name)).orElse("");
      output.line(
          "You are " + Printable.line(options.user()) + where + ". /help lists the commands.");
      output.prompt(room.name());
    }
  }

  private void stateChanged(ChatEvent event) {
    lastReason = CloseReason.text((int) event.number("code"), event.text("reason"));
    switch (event.text("state")) {
      case "waiting" -> {
        if (isConnected) {
          isConnected = false;
          output.notice("connection lost (" + lastReason + "), reconnecting");
          waitForConnection();
        }
      }
      case "online" -> { // before what the rooms report
        if (wasEverConnected) {
          output.notice("connected again");
        }
      }
      case "closed" -> disconnected();
      default -> {}
    }
  }

  /** A script does not wait for ever. */
  private void waitForConnection() {
    if (mode != Mode.CONSOLE) {
      patience = client.after(Sender.PATIENCE, this::disconnected);
    }
  }

  /** Ends the chat, because no connection is possible. */
  private void disconnected() {
    if (hasEnded()) {
      return;
    }
    output.problem("cannot chat at " + options.address() + ": " + lastReason);
    int unsent = sender.unanswered() + lines.size();
    if (unsent > 0) {
      output.problem(unsent + (unsent == 1 ? " line was" : " lines were") + " not sent");
    }
    end(FAILED);
  }

  // --- rooms, and failures ---

  private void left(ChatEvent event) {
    String name = event.text("room");
    room.left(name);
    if (!event.has("id")) {
      output.notice("you left " + Printable.line(name) + " on another device");
    }
  }

  private void lost(ChatEvent event) {
    String name = event.text("room");
    room.left(name);
    if (!event.text("reason").equals("removed")) {
      String why = Printable.line(event.text("message"));
      failed("you are no longer in " + Printable.line(name) + ": " + why);
    }
  }

  private void failedAtTheStart(String reason) {
    failed(Printable.line(reason));
    if (mode != Mode.CONSOLE) {
      end(FAILED);
    }
  }

  private void failed(Request request, String reason) {
    if (mode == Mode.JSON && !lastError.equals(request.id())) {
      output.frame(request.error(reason)); // the client has refused it, or given up
    }
    String why = Printable.line(reason);
    failed(
        request
            .message()
            .map(text -> "not sent: " + Printable.line(text) + " (" + why + ")")
            .orElse(why));
  }

  private void failed(String problem) {
    if (hasEnded()) {
      return;
    }
    output.problem(problem);
    hasFailed = true;
    if (mode == Mode.PIPE) {
      end(FAILED);
    }
  }
}
