package agentcore.cli.chat;

import agentcore.cli.chat.Request.Purpose;
import agentcore.cli.common.ServerEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the user says and hears, whatever becomes of the connections under it. For one thread.
 *
 * <p>A line is read when all that was asked for by the line before is answered. After a new
 * connection the rooms come first, each from where it was read, then what was interrupted.
 */
final class Conversation {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ChatOptions options;
  private final Mode mode;
  private final Output output;
  private final Sentences sentences;
  private final Outgoing outgoing;
  private final Runnable lineTaken;
  private final JoinedRooms rooms = new JoinedRooms();
  private final Deque<String> lines = new ArrayDeque<>();
  private String channel = "";
  private boolean wasWelcomed;
  private boolean isWelcome;
  private boolean isInputOver;
  private boolean hasFailed;
  private OptionalInt result = OptionalInt.empty();

  /** Makes one; {@code lineTaken} is told of each line that is handled. */
  Conversation(
      ChatOptions options,
      Mode mode,
      Output output,
      Sentences sentences,
      Outgoing outgoing,
      Runnable lineTaken) {
    this.lineTaken = lineTaken;
    this.options = options;
    this.mode = mode;
    this.output = output;
    this.sentences = sentences;
    this.outgoing = outgoing;
  }

  /** Says whether the server has greeted on this connection. */
  boolean isWelcome() {
    return isWelcome;
  }

  /** Says whether a server has ever greeted. */
  boolean wasWelcomed() {
    return wasWelcomed;
  }

  /** Returns the exit code, once it is over. */
  OptionalInt result() {
    return result;
  }

  /** Returns how far the default room was read, to be resumed while connecting. */
  Optional<Place> resume() {
    return rooms.resume();
  }

  /** Ends it: the server cannot be talked to. */
  void fail(String why) {
    output.problem(why);
    int unsent = outgoing.size() + lines.size();
    if (unsent > 0) {
      output.problem(unsent + (unsent == 1 ? " line was" : " lines were") + " not sent");
    }
    result = OptionalInt.of(FAILED);
  }

  // --- what the user says ---

  void typed(String line) {
    if (mode == Mode.CONSOLE && line.strip().equals("/quit")) {
      result = OptionalInt.of(OK);
      return;
    }
    lines.add(line);
    if (mode == Mode.CONSOLE && !isWelcome && !line.isBlank()) {
      output.notice("not connected, this will be sent later: " + Printable.line(line));
    }
    output.typed();
  }

  void inputEnded() {
    isInputOver = true;
  }

  /** Returns what is to be sent now. */
  Optional<Request> next(long nowNanos) {
    outgoing.giveUp(nowNanos).forEach(old -> failed(old, "the server did not confirm it in time"));
    while (result.isEmpty() && isWelcome && outgoing.isEmpty() && !lines.isEmpty()) {
      lineTaken.run();
      obey(Command.parse(lines.remove(), rooms.current(), mode == Mode.JSON), nowNanos);
    }
    if (result.isEmpty() && isInputOver && wasWelcomed && outgoing.isEmpty() && lines.isEmpty()) {
      result = OptionalInt.of(hasFailed ? FAILED : OK);
    }
    return result.isEmpty() && isWelcome ? outgoing.next(nowNanos) : Optional.empty();
  }

  private void obey(Command command, long nowNanos) {
    switch (command) {
      case Command.Ask ask -> outgoing.add(ask.request(), nowNanos);
      case Command.Help help -> Command.HELP.lines().forEach(output::line);
      case Command.Quit quit -> {
        lines.clear();
        isInputOver = true;
      }
      case Command.Wrong wrong -> failed(wrong.why());
      case Command.Nothing nothing -> {}
    }
  }

  // --- what the server says ---

  void heard(ServerEvent event, long nowNanos) {
    output.frame(event);
    Optional<Request> answered = outgoing.current().filter(request -> request.isMeantBy(event));
    switch (event.type()) {
      case "welcome" -> welcomed(event, nowNanos);
      case "room_joined" -> entered(event.text("room"), event, nowNanos);
      case "room_left" -> left(event.text("room"));
      case "room_reset" -> reset(event, nowNanos);
      case "user_removed" -> removed(event);
      default -> {}
    }
    if (isToBeShown(event, answered)) {
      sentences.of(event).forEach(output::line);
    }
    if (answered.isPresent() && answered.get().isDoneWith(event)) {
      answer(answered.get(), event, nowNanos);
    } else if (event.type().equals("error") && answered.isEmpty()) {
      failed(Printable.line(event.text("message")));
    }
  }

  private boolean isToBeShown(ServerEvent event, Optional<Request> answered) {
    if (event.type().equals("chat_message")) {
      boolean isOwn = event.text("user_id").equals(channel);
      return isNew(event) && (mode == Mode.CONSOLE || !isOwn);
    }
    return answered.map(Request::purpose).filter(Purpose.RESUME::equals).isEmpty();
  }

  private boolean isNew(ServerEvent message) {
    String name = message.text("room");
    JoinedRooms.Order order = rooms.take(name, Place.of(message));
    if (order == JoinedRooms.Order.GAP) {
      missing(name);
    }
    return order != JoinedRooms.Order.SEEN;
  }

  private void welcomed(ServerEvent event, long nowNanos) {
    boolean isFirst = !wasWelcomed;
    isWelcome = true;
    wasWelcomed = true;
    channel = event.text("user_id");
    outgoing.addFirst(rooms.welcomed(event.texts("rooms"), isFirst), nowNanos);
    rooms
        .defaultRoom()
        .filter(name -> isFirst || rooms.contains(name))
        .ifPresent(name -> entered(name, event, nowNanos));
    if (isFirst) {
      begin(nowNanos);
    } else {
      output.notice("connected again");
    }
  }

  private void begin(long nowNanos) {
    options
        .room()
        .filter(wanted -> !rooms.contains(wanted))
        .map(wanted -> Request.inRoom(Purpose.START, "join_room", wanted))
        .ifPresent(join -> outgoing.add(join, nowNanos));
    if (mode == Mode.CONSOLE) {
      String where = rooms.current().map(name -> ", in " + Printable.line(name)).orElse("");
      output.line(
          "You are " + Printable.line(options.user()) + where + ". /help lists the commands.");
      output.prompt(rooms.current());
    }
  }

  private void entered(String name, ServerEvent event, long nowNanos) {
    if (rooms.entered(name, event)) {
      missing(name);
      catchUp(name, nowNanos);
    }
  }

  private void reset(ServerEvent event, long nowNanos) {
    String name = event.text("room");
    rooms.reset(name, Place.of(event));
    missing(name);
    catchUp(name, nowNanos);
  }

  private void missing(String name) {
    if (mode == Mode.JSON) {
      output.notice(Sentences.gap(name));
    } else {
      output.line(Sentences.gap(name));
    }
  }

  private void catchUp(String name, long nowNanos) {
    outgoing.add(Request.catchUp(name), nowNanos);
  }

  private void removed(ServerEvent event) {
    if (event.text("user_id").equals(channel)) {
      left(event.text("room"));
    }
  }

  private void left(String name) {
    rooms.left(name);
    output.prompt(rooms.current());
  }

  private void answer(Request request, ServerEvent event, long nowNanos) {
    if (event.type().equals("error")) {
      refused(request, event, nowNanos);
      return;
    }
    outgoing.answered();
    if (request.isEntering() && request.purpose() != Purpose.RESUME) {
      rooms.goTo(Optional.of(event.text("room")));
      output.prompt(rooms.current());
    }
  }

  private void refused(Request request, ServerEvent error, long nowNanos) {
    boolean wasNotDone = error.text("error_code").equals("RATE_LIMIT_EXCEEDED");
    if (error.is("retryable") && (wasNotDone || request.isRepeatable())) {
      long millis = (long) (error.decimal("retry_after") * 1000);
      outgoing.repeat(millis > 0 ? Duration.ofMillis(millis) : PAUSE, nowNanos);
      return;
    }
    outgoing.answered();
    String why = Printable.line(error.text("message"));
    if (request.purpose() == Purpose.TYPED) {
      failed(request, why);
    } else if (request.purpose() == Purpose.START) {
      failed(why);
      result = mode == Mode.CONSOLE ? result : OptionalInt.of(FAILED);
    } else if (request.type().equals("join_room")) {
      left(request.room().orElse(""));
      failed("you are no longer in " + Printable.line(request.room().orElse("")) + ": " + why);
    }
  }

  private void failed(Request request, String why) {
    boolean isText = request.data().has("text");
    String what = isText ? ServerEvent.of(request.data()).text("text") : "";
    failed(isText ? "not sent: " + Printable.line(what) + " (" + why + ")" : why);
  }

  private void failed(String why) {
    output.problem(why);
    hasFailed = true;
    if (mode == Mode.PIPE) {
      result = OptionalInt.of(FAILED);
    }
  }

  // --- what becomes of the connection ---

  /** Returns when the request was sent that the server has not answered yet. */
  Optional<Long> unansweredSinceNanos() {
    return outgoing.sentNanos();
  }

  void lost(String why, long nowNanos) {
    if (isWelcome) {
      output.notice("connection lost (" + why + "), connecting again");
    }
    isWelcome = false;
    outgoing
        .lost(nowNanos)
        .ifPresent(
            request -> failed(request, "the connection was lost; it may have arrived or not"));
  }
}
