package agentcore.cli.bench;

/** Hears what happens on a {@link Swarm}'s connections, on its thread. */
interface Ear {
  /**
   * A text came: the payload at {@code bytes[from..to)}, good for the time of the call.
   *
   * @param readNanos when it was read, of {@link System#nanoTime}
   */
  void text(Client client, byte[] bytes, int from, int to, long readNanos);

  /** A client's bytes have been handled, and it is the next one's turn. */
  default void handled() {}
}
