package agentcore.core.backend.redis.link;

import java.util.Map;
import redis.clients.jedis.HostAndPort;

/** Learns what a {@link CommandLink} finds out. Must not block. */
public interface LinkListener {
  /** The link has connected again. */
  void reconnected();

  /** The connection was given up because it leads to the wrong Redis. */
  void misled();

  /** The primary is away, or does not have the slots that it should have. */
  void failed();

  /** Replies said that slots have moved. Called by the thread of the link. */
  void moved(Map<Integer, HostAndPort> slots);
}
