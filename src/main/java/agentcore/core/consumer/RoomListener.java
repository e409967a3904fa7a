package agentcore.core.consumer;

/**
 * Receives the events of a room inside the process, for example for a bot.
 *
 * <p>Threads: one thread calls all methods of one subscription, one after the other. They may
 * block, which delays only this listener: nothing is queued for it, because its next events are
 * read from the room's log when it returns.
 *
 * {@snippet file="Bots.java" region="bot"}
 */
@FunctionalInterface
public interface RoomListener {
  /**
   * Receives the next event of the room's log. Exceptions are logged, and the next event follows.
   */
  void receive(RoomEvent event);

  /**
   * Called when the log does not continue at the listener's position, so that events may be
   * missing: the log was trimmed meanwhile, or the store lost data, or the room was created again.
   * The events that follow are those after the new end of the log.
   *
   * @param reason {@code trimmed}, {@code lost} or {@code rolled_back}, as in a {@code room_reset}
   */
  default void reset(String reason) {}
}
