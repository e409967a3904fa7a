package agentcore.core.backend;

/**
 * An event for the members of a group that is not stored: a member that is not connected misses it.
 *
 * @param kind who receives it
 * @param target the channel of the evicted member (EVICT), or of the connection to close (CLOSE);
 *     else empty
 * @param except a channel that does not receive it; empty for none
 * @param join for EVICT, the {@link Member#join} that ends; else empty
 * @param text the complete event; for CLOSE, the number and the reason of the close frame, with a
 *     space between
 */
public record Notice(Kind kind, String target, String except, String join, String text) {
  /** Who receives a notice. */
  public enum Kind {
    /** All but {@code except}; nobody if the group exceeds {@link BackendLimits#presenceLimit}. */
    PRESENCE,
    /** All but {@code except}. */
    EVERYONE,
    /** All but {@code except}; the target's membership has ended. */
    EVICT,
    /** The server of the target, which closes that connection. */
    CLOSE
  }

  /** Returns a notice about {@code channel} for the others, which may be lost. */
  public static Notice presence(String channel, String text) {
    return new Notice(Kind.PRESENCE, "", channel, "", text);
  }

  /** Returns a notice for the whole group. */
  public static Notice everyone(String text) {
    return new Notice(Kind.EVERYONE, "", "", "", text);
  }

  /** Returns a notice for the whole group except one connection. */
  public static Notice everyoneBut(String channel, String text) {
    return new Notice(Kind.EVERYONE, "", channel, "", text);
  }

  /** Returns a notice that also ends this membership, and no later one of the same channel. */
  public static Notice evict(Member target, String except, String text) {
    return new Notice(Kind.EVICT, target.channel(), except, target.join(), text);
  }

  /** Returns a notice that closes a connection of a user. */
  public static Notice close(String channel, String numberAndReason) {
    return new Notice(Kind.CLOSE, channel, "", "", numberAndReason);
  }
}
