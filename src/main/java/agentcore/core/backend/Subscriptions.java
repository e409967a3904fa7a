package agentcore.core.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Who hears which group. Lists are replaced, never changed, so that a delivery needs no lock. */
final class Subscriptions {
  private final ConcurrentHashMap<GroupId, List<Receiver>> receivers = new ConcurrentHashMap<>();

  void add(GroupId group, Receiver receiver) {
    receivers.merge(
        group,
        List.of(receiver),
        (old, one) -> {
          List<Receiver> more = new ArrayList<>(old);
          more.addAll(one);
          return List.copyOf(more);
        });
  }

  void remove(GroupId group, Receiver receiver) {
    receivers.computeIfPresent(
        group,
        (id, old) -> {
          List<Receiver> rest = old.stream().filter(other -> !other.equals(receiver)).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  List<Receiver> of(GroupId group) {
    return receivers.getOrDefault(group, List.of());
  }
}
