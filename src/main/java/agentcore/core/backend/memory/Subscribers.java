package agentcore.core.backend.memory;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Subscriber;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The subscribers of each group. Lists are replaced, never changed, so that a delivery needs no
 * lock.
 */
final class Subscribers {
  private final ConcurrentHashMap<GroupId, List<Subscriber>> groups = new ConcurrentHashMap<>();

  void add(GroupId group, Subscriber subscriber) {
    groups.merge(
        group,
        List.of(subscriber),
        (old, added) -> Stream.concat(old.stream(), added.stream()).toList());
  }

  void remove(GroupId group, Subscriber subscriber) {
    groups.computeIfPresent(
        group,
        (id, old) -> {
          List<Subscriber> rest = old.stream().filter(each -> !each.equals(subscriber)).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  /** Returns the subscribers of a group, in a list that never changes. */
  List<Subscriber> of(GroupId group) {
    return groups.getOrDefault(group, List.of());
  }
}
