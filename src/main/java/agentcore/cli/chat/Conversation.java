package agentcore.cli.chat;

import agentcore.cli.chat.ChatOptions.Mode;
import agentcore.cli.chat.Request.Purpose;
import agentcore.cli.common.Printable;
import agentcore.cli.common.ServerEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The user's lines and the server's events, across connections. Not thread-safe.
 *
 * <p>A line is handled when all requests of the previous line are answered. On a new connection the
 * rooms are joined again first, each from the position up to which it was read; then the
 * interrupted request is sent again.
 */
final class Conversation {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int RUNNING = -1;
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

  private final ChatOptions options;
  private final Mode mode;
  private final Output output;
  private final EventFormatter formatter;
  private final RequestQueue requests;
  private final Runnable onLineHandled;
  private final RoomEvents rooms;
  private final InboxEvents inbox = new InboxEvents();
  private final ReadMarks marks;
  private final Unread unread;
  private final Deque<String> lines = new ArrayDeque<>();
  private boolean isConnected;
  private boolean wasEverConnected;
  private boolean hasSaidUnread;
  private boolean hasInputEnded;
  private boolean hasFailed;
  private int exitCode = RUNNING;

  /** Creates a conversation; {@code onLineHandled} runs for each line that leaves the queue. */
  Conversation(
      ChatOptions options,
      Mode mode,
      Output output,
      EventFormatter formatter,
      RequestQueue requests,
      Runnable onLineHandled) {
    this.options = options;
    this.mode = mode;
    this.output = output;
    this.formatter = formatter;
    this.requests = requests;
    this.onLineHandled = onLineHandled;
    this.rooms = new RoomEvents(mode, output, requests);
    this.marks = new ReadMarks(options.user());
    this.unread = new Unread(options.user());
  }

  /** Returns whether the server has welcomed the current connection. */
  boolean isConnected() {
    return isConnected;
  }

  boolean wasEverConnected() {
    return wasEverConnected;
  }

  /** Returns the exit code if the chat has ended. */
  OptionalInt exitCode() {
    return exitCode == RUNNING ? OptionalInt.empty() : OptionalInt.of(exitCode);
  }

  /** Returns the position in the default room to resume from while connecting. */
  Optional<JoinedRooms.Position> resume() {
    return rooms.resume();
  }

  /** Returns the position in the user's log to resume from while connecting. */
  Optional<JoinedRooms.Position> resumeInbox() {
    return inbox.resume();
  }

  /** Returns when the request in flight was sent. */
  Optional<Long> requestSentNanos() {
    return requests.sentNanos();
  }

  // --- the user's lines ---

  void enter(String line) {
    if (mode == Mode.CONSOLE && line.strip().equals("/quit")) {
      exitCode = OK;
      return;
    }
    lines.add(line);
    if (mode == Mode.CONSOLE && !isConnected && !line.isBlank()) {
      output.notice("not connected, will be sent later: " + Printable.line(line));
    }
    output.lineEntered();
  }

  void endInput() {
    hasInputEnded = true;
  }

  /** Handles lines while no request is pending, and returns the next request to send. */
  Optional<Request> next(long nowNanos) {
    requests
        .removeExpired(nowNanos)
        .forEach(request -> failed(request, "the server did not confirm it in time"));
    while (exitCode == RUNNING && isConnected && requests.isEmpty() && !lines.isEmpty()) {
      onLineHandled.run();
      run(Command.parse(lines.remove(), rooms.currentRoom(), mode == Mode.JSON), nowNanos);
    }
    boolean isDone = hasInputEnded && wasEverConnected && requests.isEmpty() && lines.isEmpty();
    if (exitCode == RUNNING && isDone) {
      exitCode = hasFailed ? FAILED : OK;
    }
    if (mode == Mode.CONSOLE && isConnected && requests.isEmpty()) {
      inBackground(nowNanos).ifPresent(request -> requests.add(request, nowNanos));
    }
    return exitCode == RUNNING && isConnected ? requests.takeNext(nowNanos) : Optional.empty();
  }

  /** Returns the next request that the user has not asked for. */
  private Optional<Request> inBackground(long nowNanos) {
    Optional<Request> mark = marks.next(nowNanos);
    mark.ifPresent(request -> unread.read(ServerEvent.of(request.data())));
    mark.ifPresent(request -> output.unread(unread.summary()));
    return mark.or(
        () ->
            rooms
                .currentRoom()
                .filter(output::needsMembers)
                .map(room -> Request.inRoom(Purpose.COMPLETE, "get_room_users", room)));
  }

  private void run(Command command, long nowNanos) {
    switch (command) {
      case Command.Send send -> {
        if (mode == Mode.CONSOLE && send.request().type().equals("list_rooms")) {
          requests.add(Request.myRooms(Purpose.FOLLOW), nowNanos); // for what is unread
        }
        requests.add(send.request(), nowNanos);
      }
      case Command.Switch to -> switchTo(to.room(), nowNanos);
      case Command.Help help -> Command.HELP.lines().forEach(output::line);
      case Command.Quit quit -> {
        lines.clear();
        hasInputEnded = true;
      }
      case Command.Invalid invalid -> failed(invalid.reason());
      case Command.Nothing nothing -> {}
    }
  }

  private void switchTo(String named, long nowNanos) {
    Optional<String> room =
        named.isEmpty() ? unread.nextRoom(rooms.currentRoom()) : Optional.of(named);
    if (room.isEmpty()) {
      output.line(EventFormatter.NOTHING_UNREAD);
    } else if (!rooms.contains(room.get())) {
      failed("you are not in " + Printable.line(named) + " (/join " + Printable.line(named) + ")");
    } else {
      rooms.switchTo(room.get());
      if (unread.hasRoom(room.get())) {
        requests.add(Request.inRoom(Purpose.TYPED, "get_message_history", room.get()), nowNanos);
      }
    }
  }

  // --- the server's events ---

  void receive(ServerEvent event, long nowNanos) {
    output.frame(event);
    Optional<Request> answered = requests.inFlight().filter(request -> request.isAnsweredBy(event));
    if (event.type().equals("welcome") && !isConnected) {
      welcomed(event, nowNanos);
    } else {
      rooms.handle(event, nowNanos);
    }
    if (inbox.hasGapAt(event)) {
      output.notice(EventFormatter.INBOX_GAP);
    }
    count(event, nowNanos);
    if (isShown(event, answered)) {
      (mode == Mode.CONSOLE ? formatter.timedLines(event) : formatter.lines(event))
          .forEach(output::line);
      notePrinted(event);
    }
    if (answered.isPresent() && answered.get().isCompletedBy(event)) {
      completed(answered.get(), event, nowNanos);
    } else if (event.type().equals("error") && answered.isEmpty()) {
      failed(Printable.line(event.text("message")));
    }
  }

  private void count(ServerEvent event, long nowNanos) {
    switch (event.type()) {
      case "my_rooms" -> {
        marks.listed(event);
        formatter.listed(event);
        unread.listed(event);
      }
      case "read_marker" -> {
        marks.marked(event);
        if (unread.isAbout(event) && !event.has("id")) {
          rooms.refresh(nowNanos);
        }
      }
      case "chat_message", "private_message" -> unread.received(event);
      case "room_left" -> unread.read(event);
      case "room_reset" -> marks.reset(event.text("room"));
      case "inbox_reset" -> marks.resetInbox();
      default -> {}
    }
    output.unread(unread.summary());
  }

  private void notePrinted(ServerEvent event) {
    switch (event.type()) {
      case "chat_message" -> marks.printedMessage(event);
      case "message_history" -> marks.printedHistory(event);
      case "inbox" -> marks.printedInbox(event);
      default -> {
        if (InboxEvents.isEntry(event)) {
          marks.printedEntry(event);
        }
      }
    }
  }

  private boolean isShown(ServerEvent event, Optional<Request> answered) {
    if (event.type().equals("chat_message")) {
      return rooms.isNew(event) && (mode == Mode.CONSOLE || !rooms.isOwn(event));
    }
    if (!inbox.isNew(event)) {
      return false;
    }
    return switch (answered.map(Request::purpose).orElse(Purpose.TYPED)) {
      case TYPED, START, CATCH_UP -> true;
      case FOLLOW -> event.type().equals("my_rooms") && !hasSaidUnread;
      case RESUME, MARK, COMPLETE -> false;
    };
  }

  private void welcomed(ServerEvent event, long nowNanos) {
    boolean isFirst = !wasEverConnected;
    isConnected = true;
    wasEverConnected = true;
    rooms.welcomed(event, isFirst, nowNanos);
    inbox.welcomed(event);
    if (isFirst) {
      begin(nowNanos);
    } else {
      output.notice("connected again");
    }
  }

  private void begin(long nowNanos) {
    options
        .room()
        .filter(room -> !rooms.contains(room))
        .map(room -> Request.inRoom(Purpose.START, "join_room", room))
        .ifPresent(join -> requests.add(join, nowNanos));
    if (mode == Mode.CONSOLE) {
      String where = rooms.currentRoom().map(room -> ", in " + Printable.line(room)).orElse("");
      output.line(
          "You are " + Printable.line(options.user()) + where + ". /help lists the commands.");
      output.prompt(rooms.currentRoom());
    }
  }

  private void completed(Request request, ServerEvent event, long nowNanos) {
    if (event.type().equals("error")) {
      refused(request, event, nowNanos);
      return;
    }
    requests.answered();
    if (request.purpose() == Purpose.FOLLOW) {
      followed(event, nowNanos);
    } else if (event.type().equals("my_rooms") && !formatter.hasUnread(event)) {
      output.line(EventFormatter.NOTHING_UNREAD);
    }
    if (request.joinsRoom() && request.purpose() != Purpose.RESUME) {
      rooms.switchTo(event.text("room"));
    }
  }

  private void followed(ServerEvent event, long nowNanos) {
    if (event.type().equals("my_rooms")) {
      hasSaidUnread = true;
      rooms.listed(event, nowNanos);
    } else {
      rooms
          .joinedAll(event, nowNanos)
          .forEach(room -> lost(room.text("room"), Printable.line(room.text("message"))));
    }
  }

  private void lost(String room, String reason) {
    failed("you are no longer in " + Printable.line(room) + ": " + reason);
  }

  private void refused(Request request, ServerEvent error, long nowNanos) {
    if (error.is("retryable")) {
      long millis = (long) (error.decimal("retry_after") * 1000);
      requests.scheduleRetry(millis > 0 ? Duration.ofMillis(millis) : RETRY_PAUSE, nowNanos);
      return;
    }
    requests.answered();
    String reason = Printable.line(error.text("message"));
    switch (request.purpose()) {
      case TYPED -> failed(request, reason);
      case START -> {
        failed(reason);
        exitCode = mode == Mode.CONSOLE ? exitCode : FAILED;
      }
      case RESUME -> {
        String room = request.room().orElse("");
        rooms.left(room);
        if (request.joinsRoom()) {
          lost(room, reason);
        }
      }
      case FOLLOW -> {
        if (request.type().equals("my_rooms")) {
          rooms.listRefused(nowNanos);
        } else {
          rooms.joinRefused(request, nowNanos);
        }
      }
      case CATCH_UP, MARK, COMPLETE -> {}
    }
  }

  // --- failures and lost connections ---

  private void failed(Request request, String reason) {
    boolean hasText = request.data().has("text");
    String text = hasText ? ServerEvent.of(request.data()).text("text") : "";
    failed(hasText ? "not sent: " + Printable.line(text) + " (" + reason + ")" : reason);
  }

  private void failed(String problem) {
    output.problem(problem);
    hasFailed = true;
    if (mode == Mode.PIPE) {
      exitCode = FAILED;
    }
  }

  void disconnected(String reason, long nowNanos) {
    if (isConnected) {
      output.notice("connection lost (" + reason + "), reconnecting");
    }
    isConnected = false;
    requests.disconnected(nowNanos);
    marks.disconnected();
  }

  /** Ends the chat, because no connection is possible. */
  void fail(String reason) {
    output.problem(reason);
    int unsent = requests.size() + lines.size();
    if (unsent > 0) {
      output.problem(unsent + (unsent == 1 ? " line was" : " lines were") + " not sent");
    }
    exitCode = FAILED;
  }
}
