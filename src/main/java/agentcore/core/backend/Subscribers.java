package agentcore.core.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The receivers of each group. Lists are replaced, never changed, so that a delivery needs no lock.
 */
public final class Subscribers {
  private final ConcurrentHashMap<GroupId, List<Subscriber>> receivers = new ConcurrentHashMap<>();

  /** Begins without receivers. */
  public Subscribers() {}

  /** Adds a receiver; twice where it is added twice. */
  public void add(GroupId group, Subscriber receiver) {
    receivers.merge(
        group,
        List.of(receiver),
        (old, one) -> {
          List<Subscriber> more = new ArrayList<>(old);
          more.addAll(one);
          return List.copyOf(more);
        });
  }

  /** Removes a receiver. */
  public void remove(GroupId group, Subscriber receiver) {
    receivers.computeIfPresent(
        group,
        (id, old) -> {
          List<Subscriber> rest = old.stream().filter(other -> !other.equals(receiver)).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  /** Returns the receivers of a group; the list never changes. */
  public List<Subscriber> of(GroupId group) {
    return receivers.getOrDefault(group, List.of());
  }
}
