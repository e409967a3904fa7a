package agentcore.client.requests;

import agentcore.client.connection.Loop;
import agentcore.client.connection.Loop.Timer;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The unacknowledged messages of one room, or to users. Sends them in the order of the calls: each
 * waits for the ack of the previous one, so that no message overtakes a retry. At any time at most
 * one turn is requested, one message is in flight, or one pause is running.
 */
public final class Outbox {
  /** Sends a message, and returns the reply. */
  public interface Delivery {
    Reply deliver(String id, JsonObject data);
  }

  /** Well within the time for which the server remembers a message's id. */
  private static final Duration GIVE_UP = Duration.ofSeconds(60);

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final class Message {
    final String id;
    final JsonObject data;
    final Reply reply = new Reply(loop);
    Timer timer = Timer.NONE;

    Message(String id, JsonObject data) {
      this.id = id;
      this.data = data;
    }
  }

  private final Loop loop;
  private final Pace pace;
  private final Delivery delivery;
  private final RandomGenerator random;
  private final Set<Message> unsent = new LinkedHashSet<>();
  private boolean isOpen;
  private boolean isBusy;
  private Timer pause = Timer.NONE;

  public Outbox(Loop loop, Pace pace, RandomGenerator random, Delivery delivery) {
    this.loop = loop;
    this.pace = pace;
    this.random = random;
    this.delivery = delivery;
  }

  public boolean hasUnsent() {
    return !unsent.isEmpty();
  }

  /** Sends a message as soon as possible. */
  public Reply send(String id, JsonObject data) {
    Message message = new Message(id, data);
    message.timer =
        loop.after(
            GIVE_UP,
            () -> fail(message, Failure.retryable("GAVE_UP", "The message could not be sent")));
    unsent.add(message);
    next();
    return message.reply;
  }

  /** Begins to send, because the connection is in the room. */
  public void open() {
    isOpen = true;
    next();
  }

  /** Stops sending. Unacknowledged messages wait. */
  public void hold() {
    isOpen = false;
    if (pause.isSet()) {
      pause.cancel();
      pause = Timer.NONE;
      isBusy = false;
    }
  }

  /** Stops sending. Unacknowledged messages fail. */
  public void end(Failure failure) {
    hold();
    List.copyOf(unsent).forEach(message -> fail(message, failure));
  }

  private void next() {
    if (isOpen && !isBusy && hasUnsent()) {
      isBusy = true;
      pace.run(this::deliverFirst);
    }
  }

  private Optional<Reply> deliverFirst() {
    if (!isOpen || !hasUnsent()) {
      isBusy = false;
      return Optional.empty();
    }
    Message message = unsent.iterator().next();
    Reply reply = delivery.deliver(message.id, message.data);
    reply.then(
        ack -> {
          if (remove(message)) {
            message.reply.resolve(ack);
          }
          proceed();
        },
        failure -> failed(message, failure));
    return Optional.of(reply);
  }

  private void failed(Message message, Failure failure) {
    if (failure.is("NOT_IN_ROOM")) {
      isOpen = false; // the room checks its state, then calls open() or end()
    } else if (!failure.isRetryable()) {
      fail(message, failure);
    } else if (isOpen && !failure.is("RATE_LIMIT_EXCEEDED")) {
      long nanos = failure.retryAfterNanosOr((long) (RETRY_NANOS * random.nextDouble()));
      pause =
          loop.after(
              Duration.ofNanos(nanos),
              () -> {
                pause = Timer.NONE;
                proceed();
              });
      return;
    }
    loop.defer(this::proceed); // after the pace has noticed a refusal
  }

  private void proceed() {
    isBusy = false;
    next();
  }

  private void fail(Message message, Failure failure) {
    if (remove(message)) {
      message.reply.reject(failure);
    }
  }

  private boolean remove(Message message) {
    message.timer.cancel();
    return unsent.remove(message);
  }
}
