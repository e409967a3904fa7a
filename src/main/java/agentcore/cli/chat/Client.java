package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Keeps a conversation connected. One thread does all of it, here in {@link #run}; the others only
 * tell it what happened.
 *
 * <p>The queue is bounded by its sources: the keyboard waits after {@link Keyboard#MAX_LINES}
 * lines, and a connection tells of its next frame when this one has been handled.
 */
final class Client {
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final ChatOptions options;
  private final Mode mode;
  private final Conversation conversation;
  private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
  private final BlockingQueue<Happening> happenings;
  private final HttpClient http = HttpClient.newHttpClient();
  private final long patienceNanos;
  private Optional<Link> link = Optional.empty();
  private long connectAtNanos = System.nanoTime();
  private long beganNanos = System.nanoTime();
  private long lostNanos = System.nanoTime();
  private boolean wasPinged;

  /** Makes one that gives up, where it is for a script, after so long without a connection. */
  Client(
      ChatOptions options,
      Mode mode,
      Conversation conversation,
      BlockingQueue<Happening> happenings,
      Duration patience) {
    this.happenings = happenings;
    this.options = options;
    this.mode = mode;
    this.conversation = conversation;
    this.patienceNanos = patience.toNanos();
  }

  /** Runs until it is over, and returns the exit code. */
  int run() throws InterruptedException {
    while (true) {
      act(System.nanoTime());
      if (conversation.result().isPresent()) {
        link.ifPresent(open -> open.close(GOODBYE));
        return conversation.result().getAsInt();
      }
      Happening happening = happenings.poll(TICK_NANOS, TimeUnit.NANOSECONDS);
      if (happening != null) {
        handle(happening);
      }
    }
  }

  private void handle(Happening happening) {
    switch (happening) {
      case Happening.Line line -> conversation.typed(line.text());
      case Happening.EndOfInput end -> conversation.inputEnded();
      case Happening.Frame frame when isCurrent(frame.link()) -> {
        heard(frame.text());
        frame.link().readOn();
      }
      case Happening.Ended ended when isCurrent(ended.link()) -> ended(ended.why());
      case Happening.Frame late -> {}
      case Happening.Ended late -> {}
    }
  }

  private boolean isCurrent(Link other) {
    return link.filter(current -> current == other).isPresent();
  }

  private void heard(String text) {
    ServerEvent.parse(text)
        .ifPresent(
            event -> {
              boolean isGreeting = event.type().equals("welcome") && !conversation.isWelcome();
              if (isGreeting || conversation.isWelcome()) {
                conversation.heard(event, System.nanoTime());
              }
            });
  }

  private void ended(Ending why) {
    long now = System.nanoTime();
    link = Optional.empty();
    boolean isHopeless =
        why.next() == Ending.Next.NEVER
            || (why.next() == Ending.Next.IF_IT_WORKED && !conversation.wasWelcomed());
    if (conversation.isWelcome()) {
      lostNanos = now;
      if (now - beganNanos > LASTING_NANOS) {
        backoff.reset();
      }
    }
    if (isHopeless || (mode != Mode.CONSOLE && now - lostNanos > patienceNanos)) {
      conversation.fail("cannot chat at " + options.address() + ": " + why.words());
    } else {
      conversation.lost(why.words(), now);
      connectAtNanos = now + backoff.next(why.next() == Ending.Next.LATER).toNanos();
    }
  }

  private void act(long nowNanos) {
    if (link.isEmpty()) {
      if (nowNanos - connectAtNanos >= 0) {
        connect(nowNanos);
      }
      return;
    }
    checkAlive(link.get(), nowNanos);
    conversation.next(nowNanos).ifPresent(request -> link.get().send(request.text()));
  }

  private void connect(long nowNanos) {
    beganNanos = nowNanos;
    wasPinged = false;
    var uri = options.address().uri(options.user(), conversation.resume());
    link = Optional.of(Link.open(http, uri, options.token(), happenings));
  }

  /** A cut that nobody tells of shows in silence. */
  private void checkAlive(Link open, long nowNanos) {
    long silentNanos = nowNanos - Math.max(open.heardNanos(), beganNanos);
    Optional<Long> waitingNanos =
        conversation.unansweredSinceNanos().map(since -> nowNanos - since);
    if (silentNanos > 2 * SILENCE_NANOS
        || waitingNanos.filter(waiting -> waiting > ANSWER_NANOS).isPresent()) {
      open.cut(Ending.lost("the server does not answer"));
    } else if (silentNanos <= SILENCE_NANOS) {
      wasPinged = false;
    } else if (!wasPinged) {
      wasPinged = true;
      open.ping();
    }
  }
}
