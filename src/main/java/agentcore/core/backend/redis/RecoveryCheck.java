package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.cluster.Primary;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.Call;
import agentcore.core.backend.redis.link.Failure.Recovery;
import agentcore.core.backend.redis.link.Health.Side;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.Reply;
import agentcore.core.backend.redis.link.Script;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Checks whether each primary accepts writes again and whether a missing right was granted, and
 * sets its clock.
 */
final class RecoveryCheck {
  private static final Duration RECONNECT_PERIOD = Duration.ofSeconds(2);
  private static final Logger LOG = System.getLogger(RecoveryCheck.class.getName());

  private final Router router;
  private final StoreCheck rights;
  private final Map<Node, Long> connectedNanos = new HashMap<>();

  RecoveryCheck(Router router, StoreCheck rights) {
    this.router = router;
    this.rights = rights;
  }

  /** Checks each primary once, and reports the failures that have ended. Blocks. */
  void run() {
    Map<Primary, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (Primary primary : router.primaries()) {
      primary.health().reportEnded();
      if (primary.commands().isUp()) {
        replies.put(primary, ask(primary));
      }
    }
    long askedNanos = System.nanoTime();
    replies.forEach((primary, reply) -> checkWrites(primary, reply, askedNanos));
    replies.keySet().forEach(this::checkRights);
  }

  /** The key is in a slot of the primary, so that a cluster that is down refuses it. */
  private static CompletableFuture<Object> ask(Primary primary) {
    List<String> key = primary.messages().probeChannel().stream().toList();
    Call call = Call.of(Call.ANY_SLOT, Script.WRITABLE, key);
    boolean unused = primary.commands().submit(call);
    return call.reply();
  }

  private void checkWrites(Primary primary, CompletableFuture<Object> reply, long askedNanos) {
    try {
      primary.commands().clock().set(Reply.awaitFrom(askedNanos, reply));
      primary.health().ended(Recovery.WAIT_FOR_WRITES, Side.values());
    } catch (BackendException refused) {
      if (primary.health().refusesWrites()) {
        checkForAnotherPrimary(primary);
      }
    } catch (NumberFormatException | IndexOutOfBoundsException otherReply) {
      primary.commands().reconnect(); // bytes were lost or added on the way
    }
  }

  /** A primary that was cut off from its replicas may not know yet that it was replaced. */
  private void checkForAnotherPrimary(Primary primary) {
    if (!mayConnect(primary)) {
      return;
    }
    try (Connection connection = primary.node().connect()) {
      Node.checkWritable(connection);
      primary.commands().reconnect();
    } catch (JedisException e) {
      LOG.log(Level.DEBUG, "a new connection would not help: {0}", e.getMessage());
    }
  }

  private boolean mayConnect(Primary primary) {
    long now = System.nanoTime();
    Long before = connectedNanos.get(primary.node());
    boolean isDue = before == null || now - before >= RECONNECT_PERIOD.toNanos();
    if (isDue) {
      connectedNanos.put(primary.node(), now);
    }
    return isDue;
  }

  private void checkRights(Primary primary) {
    if (!primary.health().lacksRights() || !mayConnect(primary)) {
      return;
    }
    try {
      rights.checkRights(primary.node(), slot -> primary.equals(router.owner(slot)));
      primary.health().ended(Recovery.WAIT_FOR_RIGHTS, Side.COMMANDS);
    } catch (BackendException stillMissing) {
      LOG.log(Level.DEBUG, "the rights: {0}", stillMissing.getMessage());
    }
  }
}
