package agentcore.core.backend;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A third backend, and a bad one: of a hundred messages it says of one that it is in the log, and
 * has forgotten it. The solution of an exercise in src/docs/exercises.md.
 */
public final class ForgetfulBackend extends PartsBackend {
  private static final int ONE_IN = 100;

  private final MemoryBackend memory;
  private final AtomicInteger published = new AtomicInteger();

  /** Makes a backend that keeps the rest in another, which it starts and closes. */
  public ForgetfulBackend(MemoryBackend memory) {
    this.memory = memory;
  }

  @Override
  public Receipt publish(
      GroupId group, Position known, String id, String text, Optional<Once> once) {
    if (published.incrementAndGet() % ONE_IN != 0) {
      return memory.publish(group, known, id, text, once);
    }
    Position top = memory.open(group, known);
    return new Receipt(
        Receipt.Outcome.APPENDED, new Position(top.epoch(), top.seq() + 1, id)); // a lie
  }

  @Override
  Log log() {
    return memory;
  }

  @Override
  Presence presence() {
    return memory;
  }

  @Override
  Directory directory() {
    return memory;
  }

  @Override
  Tokens tokens() {
    return memory;
  }

  @Override
  public void start() {
    memory.start();
  }

  @Override
  public boolean isDelivering() {
    return memory.isDelivering();
  }

  @Override
  public void close() {
    memory.close();
  }
}
