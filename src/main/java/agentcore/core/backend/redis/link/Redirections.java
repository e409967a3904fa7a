package agentcore.core.backend.redis.link;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** The calls of one exchange that must run again, because their slots have moved or are moving. */
final class Redirections {
  /** After more redirections of a call, two nodes disagree, and the call waits. */
  private static final int MAX_REDIRECTIONS = 3;

  /** The calls, in their order. */
  final List<Call> again = new ArrayList<>(0);

  /** The slots that have moved, with their new addresses. */
  final Map<Integer, HostAndPort> moved = new HashMap<>(0);

  /** The slots that are being moved. */
  final Set<Integer> moving = new TreeSet<>();

  /** Notes a call, unless its reply is another error. */
  boolean note(Call call, JedisException error) {
    if (Failure.of(error) != Failure.MOVING || call.slot() == Call.ANY_SLOT) {
      return false;
    }
    again.add(call);
    if (error instanceof JedisMovedDataException elsewhere
        && call.redirected() <= MAX_REDIRECTIONS) {
      moved.put(call.slot(), elsewhere.getTargetNode());
    } else {
      moving.add(call.slot());
    }
    return true;
  }
}
