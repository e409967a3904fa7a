package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.redis.Memberships.Local;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Reply;
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
 * Finds memberships that Redis has lost without losing the connection, as it does when it evicts
 * keys ({@code maxmemory-policy allkeys-*}).
 *
 * <p>The members of a group are one key, which is lost as a whole. So the scan looks for one member
 * of each group, the one that joined first: if it is there, so are the later ones. A step covers
 * 1,000 groups, or a tenth of them if that is more, in scripts of 250 groups each.
 */
final class LossScan {
  private static final int GROUPS_PER_SCRIPT = 250;
  private static final int MIN_GROUPS_PER_STEP = 1_000;
  private static final int STEPS = 10;

  private final CommandLink link;
  private final Keys keys;
  private final Collection<Local> memberships;
  private Iterator<Local> left = List.<Local>of().iterator();
  private int groupsPerStep;

  /**
   * Creates a scan at its end.
   *
   * @param memberships a live view of this server's memberships
   */
  LossScan(CommandLink link, Keys keys, Collection<Local> memberships) {
    this.link = link;
    this.keys = keys;
    this.memberships = memberships;
  }

  /** Returns whether the next step starts from the beginning. */
  boolean isAtEnd() {
    return !left.hasNext();
  }

  /** Takes a step and returns the groups whose members are lost. Blocks. */
  Set<GroupId> step() {
    if (isAtEnd()) {
      begin();
    }
    Map<List<Local>, CompletableFuture<Object>> replies = new LinkedHashMap<>();
    for (int groups = 0; groups < groupsPerStep && left.hasNext(); groups += GROUPS_PER_SCRIPT) {
      List<Local> some = new ArrayList<>(GROUPS_PER_SCRIPT);
      while (some.size() < GROUPS_PER_SCRIPT && left.hasNext()) {
        some.add(left.next());
      }
      replies.put(some, verify(some));
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
    groupsPerStep = Math.max(MIN_GROUPS_PER_STEP, oldest.size() / STEPS + 1);
    left = oldest.values().iterator();
  }

  private CompletableFuture<Object> verify(List<Local> some) {
    List<String> names = new ArrayList<>(2 * some.size());
    List<Object> arguments = new ArrayList<>(2 * some.size());
    for (Local entry : some) {
      names.add(keys.members(entry.group()));
      names.add(keys.state(entry.group()));
      arguments.add(entry.member().channel());
      arguments.add(entry.group().kind() == GroupId.Kind.ROOM ? 1 : 0);
    }
    return link.submit(Scripts.VERIFY, names, arguments.toArray());
  }
}
