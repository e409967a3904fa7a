package agentcore.core.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The receivers of each group. Lists are replaced, never changed, so that a delivery needs no lock.
 */
public final class Subscriptions {
  private final ConcurrentHashMap<GroupId, List<Receiver>> receivers = new ConcurrentHashMap<>();

  /** Begins without receivers. */
  public Subscriptions() {}

  /** Adds a receiver; twice where it is added twice. */
  public void add(GroupId group, Receiver receiver) {
    receivers.merge(
        group,
        List.of(receiver),
        (old, one) -> {
          List<Receiver> more = new ArrayList<>(old);
          more.addAll(one);
          return List.copyOf(more);
        });
  }

  /** Removes a receiver. */
  public void remove(GroupId group, Receiver receiver) {
    receivers.computeIfPresent(
        group,
        (id, old) -> {
          List<Receiver> rest = old.stream().filter(other -> !other.equals(receiver)).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  /** Returns the receivers of a group; the list never changes. */
  public List<Receiver> of(GroupId group) {
    return receivers.getOrDefault(group, List.of());
  }
}
