package agentcore.core.backend.redis.link;

import java.util.List;
import java.util.Optional;

/**
 * Which channels each {@link PubSubLink} carries, and what happens on them. The threads that read
 * from Redis call these methods, so they must not block; only {@link #follow} may block.
 */
public interface Channels {
  /**
   * Returns the channels of a link that has connected. Messages on those that had been confirmed
   * before were lost until now.
   */
  List<String> of(PubSubLink link);

  /** Returns the link that carries a channel; empty if nobody is subscribed to it. */
  Optional<PubSubLink> carrier(String channel);

  /** From now on a link receives the messages on a channel. */
  void subscribed(PubSubLink link, String channel);

  /**
   * A subscription has ended: this server asked for that, or Redis did it because the slot moves.
   *
   * @return whether the link is still to carry the channel, so that its slot has probably moved
   */
  boolean unsubscribed(PubSubLink link, String channel);

  /** A message has arrived. */
  void received(PubSubLink link, String channel, String message);

  /** Ends a batch: messages have arrived on this channel since its last flush. */
  void flush(String channel);

  /** Slots may have moved: gives each channel to the link of the primary that has its slot. */
  void follow();
}
