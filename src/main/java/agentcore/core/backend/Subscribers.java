package agentcore.core.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The subscribers of each group, for implementations of {@link Log}. Lists are replaced, never
 * changed, so that a delivery needs no lock.
 */
public final class Subscribers {
  private final ConcurrentHashMap<GroupId, List<Subscriber>> groups = new ConcurrentHashMap<>();

  /** Begins without subscribers. */
  public Subscribers() {}

  /** Adds a subscriber; twice if it is added twice. */
  public void add(GroupId group, Subscriber subscriber) {
    groups.merge(
        group,
        List.of(subscriber),
        (old, added) -> {
          List<Subscriber> all = new ArrayList<>(old);
          all.addAll(added);
          return List.copyOf(all);
        });
  }

  /** Removes a subscriber. */
  public void remove(GroupId group, Subscriber subscriber) {
    groups.computeIfPresent(
        group,
        (id, old) -> {
          List<Subscriber> rest = old.stream().filter(each -> !each.equals(subscriber)).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  /** Returns the subscribers of a group, in a list that never changes. */
  public List<Subscriber> of(GroupId group) {
    return groups.getOrDefault(group, List.of());
  }
}
