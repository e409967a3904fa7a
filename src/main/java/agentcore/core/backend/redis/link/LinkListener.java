package agentcore.core.backend.redis.link;

import java.util.Map;
import redis.clients.jedis.HostAndPort;

/** Receives the events of a {@link CommandLink}. Must not block. */
public interface LinkListener {
  /** The link has connected again. */
  void reconnected();

  /** The connection was given up because it leads to the wrong Redis. */
  void misled();

  /** The primary is unreachable, or does not have the slots that it should have. */
  void failed();

  /** Replies said that slots have moved. Called by the thread of the link. */
  void moved(Map<Integer, HostAndPort> slots);
}
