package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.redis.Memberships.LocalMembership;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.Reply;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Finds memberships that Redis has lost without losing the connection, for example by evicting keys
 * ({@code maxmemory-policy allkeys-*}).
 *
 * <p>The members of a group are one key, which is lost as a whole. So the scan looks for one member
 * of each group, the one that joined first: if it is there, so are the later ones. A step runs
 * about a tenth of the scripts. Each script checks up to 250 groups of one partition.
 */
final class LossScan {
  private static final int STEPS = 10;

  /** Longer scripts would delay other commands. */
  private static final int MAX_GROUPS_PER_SCRIPT = 250;

  private final Router router;
  private final Keys keys;
  private final Collection<LocalMembership> memberships;
  private Iterator<List<LocalMembership>> remaining = List.<List<LocalMembership>>of().iterator();
  private int scriptsPerStep;

  /**
   * Creates a scan; its first step starts a new pass.
   *
   * @param memberships a live view of this server's memberships
   */
  LossScan(Router router, Keys keys, Collection<LocalMembership> memberships) {
    this.router = router;
    this.keys = keys;
    this.memberships = memberships;
  }

  /** Returns whether the current pass is complete. */
  boolean isPassComplete() {
    return !remaining.hasNext();
  }

  /**
   * Runs one step and returns the groups whose members are lost. Blocks.
   *
   * @param server this server's id
   * @param partitions those whose primary is reachable; the step skips others
   */
  Set<GroupId> step(String server, BitSet partitions) {
    if (isPassComplete()) {
      beginPass();
    }
    Map<List<LocalMembership>, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (int scripts = 0; scripts < scriptsPerStep && remaining.hasNext(); scripts++) {
      List<LocalMembership> some = remaining.next();
      if (partitions.get(Keys.partition(some.getFirst().group()))) {
        replies.put(some, verify(server, some));
      }
    }
    Set<GroupId> lost = new HashSet<>();
    replies.forEach(
        (some, reply) -> {
          for (Object index : Reply.list(Reply.await(reply))) {
            lost.add(some.get(((Long) index).intValue()).group());
          }
        });
    return lost;
  }

  private void beginPass() {
    Map<GroupId, LocalMembership> oldest = new HashMap<>();
    memberships.forEach(
        entry ->
            oldest.merge(entry.group(), entry, (a, b) -> a.sinceNanos() <= b.sinceNanos() ? a : b));
    Map<Integer, List<LocalMembership>> unfilled = new HashMap<>();
    List<List<LocalMembership>> scripts = new ArrayList<>();
    for (LocalMembership entry : oldest.values()) {
      List<LocalMembership> some = unfilled.get(Keys.partition(entry.group()));
      if (some == null || some.size() == MAX_GROUPS_PER_SCRIPT) {
        some = new ArrayList<>();
        unfilled.put(Keys.partition(entry.group()), some);
        scripts.add(some);
      }
      some.add(entry);
    }
    scriptsPerStep = scripts.size() / STEPS + 1;
    remaining = scripts.iterator();
  }

  private CompletableFuture<Object> verify(String server, List<LocalMembership> some) {
    List<String> redisKeys = new ArrayList<>(1 + 2 * some.size());
    List<Object> arguments = new ArrayList<>(3 * some.size());
    redisKeys.add(keys.index(server, some.getFirst().group()));
    for (LocalMembership entry : some) {
      redisKeys.add(keys.members(entry.group()));
      redisKeys.add(keys.state(entry.group()));
      arguments.add(entry.member().channel());
      arguments.add(entry.indexEntry());
      arguments.add(entry.group().kind() == GroupId.Kind.ROOM ? 1 : 0);
    }
    return router.submit(Scripts.VERIFY, redisKeys, arguments.toArray());
  }
}
