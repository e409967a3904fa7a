package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.redis.RedisMembers.Entered;
import java.util.ArrayList;
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
 * Finds memberships that Redis has lost without losing the connection, as one does that evicts keys
 * ({@code maxmemory-policy allkeys-*}).
 *
 * <p>A group's members are one key, which is lost as a whole. So one member for each group is
 * looked for: the one that is in for the longest time. Where it is there, so are those who came
 * later. A turn looks at 1,000 groups, or at a tenth of them, in scripts of 250 groups each.
 */
final class RedisLosses {
  private static final int SCRIPT_GROUPS = 250;
  private static final int MIN_TURN_GROUPS = 1_000;
  private static final int TURNS = 10;

  private final RedisLink link;
  private final RedisKeys keys;
  private final Collection<Entered> local;
  private Iterator<Entered> left = List.<Entered>of().iterator();
  private int turnGroups;

  /**
   * Makes one that has not looked yet.
   *
   * @param local this server's memberships, as they come and go
   */
  RedisLosses(RedisLink link, RedisKeys keys, Collection<Entered> local) {
    this.link = link;
    this.keys = keys;
    this.local = local;
  }

  /** Says whether the next {@link #findSome} begins anew. */
  boolean isAtEnd() {
    return !left.hasNext();
  }

  /** Returns groups whose members were lost, of those that it is the turn of. Blocks. */
  Set<GroupId> findSome() {
    if (isAtEnd()) {
      begin();
    }
    Map<List<Entered>, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (int groups = 0; groups < turnGroups && left.hasNext(); groups += SCRIPT_GROUPS) {
      List<Entered> some = new ArrayList<>(SCRIPT_GROUPS);
      while (some.size() < SCRIPT_GROUPS && left.hasNext()) {
        some.add(left.next());
      }
      replies.put(some, ask(some));
    }
    Set<GroupId> lost = new HashSet<>();
    replies.forEach(
        (some, reply) -> {
          for (Object place : RedisReply.list(RedisReply.await(reply))) {
            lost.add(some.get(((Long) place).intValue()).group());
          }
        });
    return lost;
  }

  private void begin() {
    Map<GroupId, Entered> oldest = new HashMap<>();
    local.forEach(
        entry ->
            oldest.merge(entry.group(), entry, (a, b) -> a.sinceNanos() <= b.sinceNanos() ? a : b));
    turnGroups = Math.max(MIN_TURN_GROUPS, oldest.size() / TURNS + 1);
    left = oldest.values().iterator();
  }

  private CompletableFuture<Object> ask(List<Entered> some) {
    List<String> names = new ArrayList<>(2 * some.size());
    List<Object> arguments = new ArrayList<>(2 * some.size());
    for (Entered entry : some) {
      names.add(keys.members(entry.group()));
      names.add(keys.state(entry.group()));
      arguments.add(entry.member().channel());
      arguments.add(entry.group().kind() == GroupId.Kind.ROOM ? 1 : 0);
    }
    return link.submit(RedisScript.VERIFY, names, arguments.toArray());
  }
}
