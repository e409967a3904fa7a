package agentcore.core.backend;

/**
 * An event for the members of a group that no log keeps.
 *
 * @param kind who gets it
 * @param target the channel that it is about, for the kinds that have one; else empty
 * @param except a channel that does not get it; empty for none
 * @param join for EVICT, which membership of the target it ends (see {@link Member}); else empty
 * @param text the complete event
 */
public record Notice(Kind kind, String target, String except, String join, String text) {
  /** Who gets a signal. */
  public enum Kind {
    /** Everyone but {@code except}; nobody in a group that is too large for presence. */
    PRESENCE,
    /** Everyone but {@code except}. */
    EVERYONE,
    /** The target alone. */
    ONE,
    /** Everyone but {@code except}; and that membership of the target has ended. */
    EVICT
  }

  /** Makes a hint about {@code channel} for the others in the group. */
  public static Notice presence(String channel, String text) {
    return new Notice(Kind.PRESENCE, "", channel, "", text);
  }

  /** Makes a signal for the whole group. */
  public static Notice everyone(String text) {
    return new Notice(Kind.EVERYONE, "", "", "", text);
  }

  /** Makes a signal for one connection of the group. */
  public static Notice one(String channel, String text) {
    return new Notice(Kind.ONE, channel, "", "", text);
  }

  /**
   * Makes a signal that ends a membership wherever the member is connected, and no later one of the
   * same channel.
   */
  public static Notice evict(Member target, String except, String text) {
    return new Notice(Kind.EVICT, target.channel(), except, target.join(), text);
  }
}
