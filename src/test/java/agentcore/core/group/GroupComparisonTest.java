package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Await;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.ManualClock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A group that fails does not affect the others. */
class GroupComparisonTest {
  private static final int GROUPS = 20;

  private final LossyStore store = new LossyStore(100);
  private final AtomicReference<Optional<String>> broken = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Throwable>> failure =
      new AtomicReference<>(Optional.empty());
  private final Set<String> compared = ConcurrentHashMap.newKeySet();
  private final Groups groups =
      new Groups(
          HookedBackend.of(store.backend(), this::called),
          new Serializer(),
          new ManualClock(),
          new Metrics());

  @AfterEach
  void close() {
    groups.close();
  }

  private void called(String method, Object[] arguments) {
    if (method.equals("open")) {
      String id = ((GroupId) arguments[0]).id();
      compared.add(id);
      if (broken.get().filter(id::equals).isPresent() && failure.get().isPresent()) {
        throw raised(failure.get().get());
      }
    }
  }

  private static RuntimeException raised(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  private List<Group> open() {
    return IntStream.range(0, GROUPS)
        .mapToObj(i -> new Room("room " + i, "id-" + i, "", true))
        .map(room -> groups.acquire(room))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {BackendException.class, IllegalStateException.class, StackOverflowError.class})
  void groupThatFailsDoesNotKeepOthersFromBeingCompared(Class<? extends Throwable> how)
      throws ReflectiveOperationException {
    List<Group> all = open();
    failure.set(Optional.of(how.getConstructor(String.class).newInstance("a defect")));
    for (Group each : all) {
      broken.set(Optional.of(each.id().id()));
      compared.clear();
      groups.compareAll();
      assertEquals(GROUPS, compared.size(), "with " + each.id().id() + " broken");
    }
  }

  @Test
  void comparisonFindsAGroupThatIsBehind() {
    List<Group> all = open();
    store.news((to, entry, previous) -> {});
    List<Position> tops = all.stream().map(this::publish).toList();
    broken.set(Optional.of("id-7"));
    failure.set(Optional.of(new StackOverflowError("a defect")));
    groups.compareAll();
    Await.until(
        "all but the broken one to be at the top of their logs",
        () ->
            IntStream.range(0, GROUPS)
                .allMatch(i -> i == 7 || all.get(i).follower.position().equals(tops.get(i))));
    broken.set(Optional.empty());
    groups.compareAll();
    Await.until("the last one", () -> all.get(7).follower.position().equals(tops.get(7)));
  }

  @Test
  void groupWhoseLogCannotBeReadDoesNotAffectOthers() {
    List<Group> all = open();
    store.news((to, entry, previous) -> {});
    all.forEach(this::publish);
    AtomicInteger reads = new AtomicInteger();
    store.beforeRead(
        () -> {
          if (reads.incrementAndGet() == 1) {
            throw new StackOverflowError("a defect");
          }
        });
    groups.compareAll();
    Await.until(
        "all but one to be at the top of their logs",
        () ->
            all.stream().filter(each -> each.follower.position().seq() == 1).count() == GROUPS - 1);
  }

  private Position publish(Group group) {
    return store
        .backend()
        .log()
        .publish(
            group.id(),
            group.follower.position(),
            new Draft("id", "{\"type\":\"x\"}"),
            Optional.empty())
        .position();
  }
}
