package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.core.backend.Accounts.SetResult;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract of {@link Accounts}. */
interface AccountsContract extends Store {
  String BOB = "b:{ö}\u0000 😀";
  String ROOMS = "rooms";

  private static SetResult set(
      Backend backend, String set, String name, String expected, String value) {
    Optional<String> before = Optional.of(expected).filter(text -> !text.equals("none"));
    return backend.accounts().set(BOB, set, name, before, value, 3, Optional.empty());
  }

  private static boolean remove(Backend backend, String set, String name) {
    return backend.accounts().remove(BOB, set, name, Optional.empty());
  }

  @Test
  default void valueIsSetWhereItIsTheExpectedOne() {
    Backend backend = open();
    assertEquals(SetResult.OTHER, set(backend, ROOMS, "den", "old", "new"));
    assertEquals(SetResult.SET, set(backend, ROOMS, "den", "none", "one"));
    assertEquals(SetResult.OTHER, set(another(), ROOMS, "den", "none", "two"));
    assertEquals(SetResult.OTHER, set(another(), ROOMS, "den", "", "two"));
    assertEquals(Optional.of("one"), another().accounts().find(BOB, ROOMS, "den"));
    assertEquals(SetResult.SET, set(another(), ROOMS, "den", "one", ""));
    assertEquals(SetResult.OTHER, set(backend, ROOMS, "den", "none", "three"));
    assertEquals(SetResult.SET, set(backend, ROOMS, "den", "", "four\nlines"));
    assertEquals(Optional.of("four\nlines"), backend.accounts().find(BOB, ROOMS, "den"));
  }

  @Test
  default void setsAndUsersAreSeparate() {
    Backend backend = open();
    assertEquals(SetResult.SET, set(backend, ROOMS, "den", "none", "1"));
    assertEquals(SetResult.SET, set(backend, ROOMS, "ä 😀", "none", "2"));
    assertEquals(SetResult.SET, set(backend, "blocked", "den", "none", "3"));
    assertEquals(
        List.of(Map.of("den", "3"), Map.of(), Map.of("den", "1", "ä 😀", "2")),
        another().accounts().read(BOB, List.of("blocked", "read", ROOMS)));
    assertEquals(List.of(Map.of()), backend.accounts().read("bob", List.of(ROOMS)));
    assertEquals(Optional.empty(), backend.accounts().find(BOB, ROOMS, "attic"));
  }

  @Test
  default void fullSetTakesNoOtherValue() {
    Backend backend = open();
    for (String name : List.of("1", "2", "3")) {
      assertEquals(SetResult.SET, set(backend, ROOMS, name, "none", "x"));
    }
    assertEquals(SetResult.FULL, set(backend, ROOMS, "4", "none", "x"));
    assertEquals(SetResult.SET, set(backend, ROOMS, "3", "x", "y"));
    assertEquals(SetResult.SET, set(backend, "blocked", "4", "none", "x"));
    assertTrue(remove(another(), ROOMS, "1"));
    assertFalse(remove(backend, ROOMS, "1"));
    assertEquals(SetResult.SET, set(backend, ROOMS, "4", "none", "x"));
  }

  /** Each of them expects the value that it has read. */
  @Test
  default void concurrentChangesLoseNoStep() {
    Backend backend = open();
    Backend another = another();
    assertEquals(SetResult.SET, set(backend, "read", "den", "none", "0"));
    List<Boolean> unused =
        Together.run(
            4,
            thread -> {
              for (int steps = 0; steps < 10; ) {
                Backend mine = thread % 2 == 0 ? backend : another;
                String before = mine.accounts().find(BOB, "read", "den").orElseThrow();
                String after = Integer.toString(Integer.parseInt(before) + 1);
                steps += set(mine, "read", "den", before, after) == SetResult.SET ? 1 : 0;
              }
              return true;
            });
    assertEquals(Optional.of("40"), backend.accounts().find(BOB, "read", "den"));
  }

  @Test
  default void changeIsAnnouncedToTheUserInTheSameStep() {
    Backend backend = open();
    RecordingSubscriber heard = RecordingSubscriber.of(another(), GroupId.user(BOB));
    Notice joined = Notice.everyone("{\"joined\":1}");
    Notice left = Notice.everyone("{\"left\":1}");
    Accounts accounts = backend.accounts();
    for (int i = 0; i < 2; i++) { // the second time nothing changes
      SetResult unused =
          accounts.set(BOB, ROOMS, "den", Optional.empty(), "x", 3, Optional.of(joined));
    }
    for (int i = 0; i < 2; i++) {
      boolean unused = accounts.remove(BOB, ROOMS, "den", Optional.of(left));
    }
    assertEquals(SetResult.SET, set(backend, ROOMS, "den", "none", "x"));
    assertEquals(List.of(joined, left), heard.notices(2));
  }

  @Test
  default void setIsKeptForAWhileAfterItWasUsed() {
    Backend backend = open(Store.limits(Setting.INBOX_TTL, SHORT));
    assertEquals(SetResult.SET, set(backend, ROOMS, "den", "none", "x"));
    assertEquals(SetResult.SET, set(backend, "read", "den", "none", "1"));
    pass(SHORT.dividedBy(2));
    assertEquals(List.of(Map.of("den", "x")), backend.accounts().read(BOB, List.of(ROOMS)));
    pass(SHORT.dividedBy(4).multipliedBy(3));
    assertEquals(List.of(Map.of("den", "x")), backend.accounts().read(BOB, List.of(ROOMS)));
    assertEquals(Optional.empty(), backend.accounts().find(BOB, "read", "den"));
    pass(SHORT.multipliedBy(2));
    Await.until("an empty set", () -> backend.accounts().find(BOB, ROOMS, "den").isEmpty());
  }
}
