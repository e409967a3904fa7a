package agentcore.client.requests;

import agentcore.client.connection.Frame;
import agentcore.client.connection.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The future reply to a request. Its callbacks run on the client's thread, after the task that
 * settled it. For that thread only.
 */
public final class Reply {
  /** Receives a failure. */
  @FunctionalInterface
  public interface Failed {
    void failed(Failure failure);
  }

  private final Loop loop;
  private final List<Runnable> callbacks = new ArrayList<>();
  private Optional<Frame> result = Optional.empty();
  private Optional<Failure> failure = Optional.empty();

  public Reply(Loop loop) {
    this.loop = loop;
  }

  /** Returns a reply that has failed. */
  public static Reply failed(Loop loop, Failure failure) {
    Reply reply = new Reply(loop);
    reply.reject(failure);
    return reply;
  }

  /** Settles the reply; does nothing if it is settled. */
  public void resolve(Frame event) {
    if (!isSettled()) {
      result = Optional.of(event);
      settled();
    }
  }

  /** Settles the reply with a failure; does nothing if it is settled. */
  public void reject(Failure cause) {
    if (!isSettled()) {
      failure = Optional.of(cause);
      settled();
    }
  }

  boolean isSettled() {
    return result.isPresent() || failure.isPresent();
  }

  /** Calls one of the two when the reply is settled. */
  public void then(Frame.Receiver resolved, Failed failed) {
    callbacks.add(
        () -> {
          result.ifPresent(resolved::receive);
          failure.ifPresent(failed::failed);
        });
    if (isSettled()) {
      settled();
    }
  }

  /** Calls {@code failed} if the reply fails. */
  public void orElse(Failed failed) {
    then(event -> {}, failed);
  }

  private void settled() {
    callbacks.forEach(loop::defer);
    callbacks.clear();
  }
}
