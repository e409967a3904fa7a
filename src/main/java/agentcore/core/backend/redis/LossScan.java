package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.redis.Memberships.Local;
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
 * Finds memberships that Redis has lost without losing the connection, as it does when it evicts
 * keys ({@code maxmemory-policy allkeys-*}).
 *
 * <p>The members of a group are one key, which is lost as a whole. So the scan looks for one member
 * of each group, the one that joined first: if it is there, so are the later ones. A step covers a
 * tenth of the partitions that have groups, with one script for each.
 */
final class LossScan {
  private static final int STEPS = 10;

  /** Longer scripts would delay other commands. */
  private static final int MAX_GROUPS_PER_SCRIPT = 250;

  private final Router router;
  private final Keys keys;
  private final Collection<Local> memberships;
  private Iterator<List<Local>> left = List.<List<Local>>of().iterator();
  private int scriptsPerStep;

  /**
   * Creates a scan at its end.
   *
   * @param memberships a live view of this server's memberships
   */
  LossScan(Router router, Keys keys, Collection<Local> memberships) {
    this.router = router;
    this.keys = keys;
    this.memberships = memberships;
  }

  /** Returns whether the next step starts from the beginning. */
  boolean isAtEnd() {
    return !left.hasNext();
  }

  /**
   * Takes a step and returns the groups whose members are lost. Blocks.
   *
   * @param server this server's id
   * @param partitions those whose primary is reachable; others are left out
   */
  Set<GroupId> step(String server, BitSet partitions) {
    if (isAtEnd()) {
      begin();
    }
    Map<List<Local>, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (int scripts = 0; scripts < scriptsPerStep && left.hasNext(); scripts++) {
      List<Local> some = left.next();
      if (partitions.get(Keys.partition(some.getFirst().group()))) {
        replies.put(some, verify(server, some));
      }
    }
    Set<GroupId> lost = new HashSet<>();
    replies.forEach(
        (some, reply) -> {
          for (Object place : Reply.list(Reply.await(reply))) {
            lost.add(some.get(((Long) place).intValue()).group());
          }
        });
    return lost;
  }

  private void begin() {
    Map<GroupId, Local> oldest = new HashMap<>();
    memberships.forEach(
        entry ->
            oldest.merge(entry.group(), entry, (a, b) -> a.sinceNanos() <= b.sinceNanos() ? a : b));
    Map<Integer, List<Local>> open = new HashMap<>();
    List<List<Local>> scripts = new ArrayList<>();
    for (Local entry : oldest.values()) {
      List<Local> some = open.get(Keys.partition(entry.group()));
      if (some == null || some.size() == MAX_GROUPS_PER_SCRIPT) {
        some = new ArrayList<>();
        open.put(Keys.partition(entry.group()), some);
        scripts.add(some);
      }
      some.add(entry);
    }
    scriptsPerStep = scripts.size() / STEPS + 1;
    left = scripts.iterator();
  }

  private CompletableFuture<Object> verify(String server, List<Local> some) {
    List<String> names = new ArrayList<>(1 + 2 * some.size());
    List<Object> arguments = new ArrayList<>(3 * some.size());
    names.add(keys.index(server, some.getFirst().group()));
    for (Local entry : some) {
      names.add(keys.members(entry.group()));
      names.add(keys.state(entry.group()));
      arguments.add(entry.member().channel());
      arguments.add(entry.key());
      arguments.add(entry.group().kind() == GroupId.Kind.ROOM ? 1 : 0);
    }
    return router.submit(Scripts.VERIFY, names, arguments.toArray());
  }
}
