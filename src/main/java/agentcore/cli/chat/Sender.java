package agentcore.cli.chat;

import agentcore.cli.chat.command.Request;
import agentcore.client.ChatClient;
import agentcore.client.ChatEvent;
import agentcore.client.ChatException;
import agentcore.client.ChatListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends the user's requests. The client repeats messages by itself; this repeats everything that
 * failed and may succeed later, with the same id, for example after a lost connection. For the
 * client's thread.
 */
final class Sender {
  /** Handles the end of a request that failed. */
  interface Failed {
    void failed(String reason);
  }

  /** Well below the time for which servers remember a message's id (IDEMPOTENCY_TTL). */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ChatClient client;
  private final Runnable onEnd;
  private int unanswered;

  /** Creates a sender; {@code onEnd} runs after the end of each request. */
  Sender(ChatClient client, Runnable onEnd) {
    this.client = client;
    this.onEnd = onEnd;
  }

  /** Returns how many requests have not ended. */
  int unanswered() {
    return unanswered;
  }

  /** Sends a request. Calls {@code answered} with the last reply, or {@code failed}. */
  void send(Request request, ChatListener answered, Failed failed) {
    unanswered++;
    new Attempts(request, answered, failed).next();
  }

  /** Waits for a reply that nobody misses if the request fails. */
  void await(CompletableFuture<ChatEvent> reply, ChatListener answered) {
    unanswered++;
    var unused =
        reply.whenComplete(
            (event, failure) -> {
              if (failure == null) {
                answered.received(event);
              }
              ended();
            });
  }

  private void ended() {
    unanswered--;
    onEnd.run();
  }

  private final class Attempts {
    private final Request request;
    private final ChatListener answered;
    private final Failed failed;
    private final Runnable timer;
    private boolean isLate;

    Attempts(Request request, ChatListener answered, Failed failed) {
      this.request = request;
      this.answered = answered;
      this.failed = failed;
      this.timer = client.after(PATIENCE, () -> isLate = true);
    }

    void next() {
      var unused =
          start()
              .whenComplete(
                  (reply, failure) -> {
                    if (failure == null) {
                      timer.run();
                      answered.received(reply);
                      ended();
                    } else {
                      failed((ChatException) failure);
                    }
                  });
    }

    private void failed(ChatException cause) {
      if (!mayRepeat(cause)) {
        timer.run();
        failed.failed(String.valueOf(cause.getMessage()));
        ended();
      } else if (isLate) {
        failed.failed("the server did not confirm it in time");
        ended();
      } else {
        var unused = client.after(cause.retryAfter().orElse(PAUSE), this::next);
      }
    }

    /** A client that rejoins a room after a lost connection may not be in it yet. */
    private boolean mayRepeat(ChatException cause) {
      return cause.isRetryable()
          || (cause.code().equals("NOT_IN_ROOM") && client.rooms().contains(request.text("room")));
    }

    private CompletableFuture<ChatEvent> start() {
      String text = request.text("text");
      String room = request.text("room");
      boolean isMessage = request.type().equals("chat_message") && request.hasOnly("room", "text");
      if (isMessage && client.rooms().contains(room)) {
        return client.send(room, text, request.id());
      }
      if (request.type().equals("private_message") && request.hasOnly("target_user_id", "text")) {
        return client.sendPrivate(request.text("target_user_id"), text, request.id());
      }
      return client.request(request.type(), request.data().asMap(), request.id());
    }
  }
}
