package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.Setting;
import agentcore.core.backend.Log.ReadMarks;
import agentcore.core.backend.Log.Unread;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The contract of {@link Log#unread}. */
interface UnreadContract extends Store {
  private static Position write(
      Backend backend, GroupId group, Position known, String author, String... mentions) {
    String id = UUID.randomUUID().toString();
    byte[] event = {'{', '}'};
    Draft draft = new Draft(id, event, author, Set.of(mentions), 1_000L * (known.seq() + 1));
    return backend.log().publish(group, known, draft, Optional.empty()).position();
  }

  private static Unread unread(Backend backend, String reader, ReadMarks marks) {
    return backend.log().unread(reader, List.of(marks)).getFirst();
  }

  private static Unread unread(Backend backend, GroupId group, String reader, Position read) {
    return unread(backend, reader, new ReadMarks(group, read));
  }

  @Test
  default void countsWhatOthersWroteBehindTheMark() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position first = write(backend, room, Position.UNKNOWN, "bob");
    Position second = write(backend, room, first, "alice");
    Position third = write(backend, room, second, "bob");
    Position fourth = write(backend, room, third, "carol");
    assertEquals(
        new Unread(fourth, Map.of("bob", 2, "carol", 1), 0, 4_000),
        unread(another(), room, "alice", Position.UNKNOWN));
    assertEquals(
        new Unread(fourth, Map.of("bob", 1, "carol", 1), 0, 4_000),
        unread(backend, room, "alice", first));
    assertEquals(
        new Unread(fourth, Map.of("carol", 1), 0, 4_000), unread(backend, room, "bob", third));
    assertEquals(new Unread(fourth, Map.of(), 0, 4_000), unread(backend, room, "bob", fourth));
  }

  @Test
  default void entryWithoutAuthorNeverCounts() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position first = write(backend, room, Position.UNKNOWN, "bob");
    Position second = write(backend, room, first, "");
    assertEquals(
        new Unread(second, Map.of("bob", 1), 0, 1_000),
        unread(backend, room, "alice", Position.UNKNOWN));
    assertEquals(new Unread(second, Map.of(), 0, 1_000), unread(backend, room, "alice", first));
  }

  @Test
  default void countsMentionsOfTheReaderOnly() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position first = write(backend, room, Position.UNKNOWN, "bob", "ann lee", "ann", "é😀");
    Position second = write(backend, room, first, "bob", "annabel");
    Position third = write(backend, room, second, "ann", "ann");
    assertEquals(1, unread(backend, room, "ann", Position.UNKNOWN).mentions());
    assertEquals(1, unread(backend, room, "ann lee", Position.UNKNOWN).mentions());
    assertEquals(1, unread(backend, room, "é😀", Position.UNKNOWN).mentions());
    assertEquals(0, unread(backend, room, "lee", Position.UNKNOWN).mentions());
    assertEquals(0, unread(backend, room, "ann", first).mentions());
    assertEquals(1, unread(backend, room, "annabel", first).mentions());
    assertEquals(0, unread(backend, room, "annabel", third).mentions());
  }

  @Test
  default void authorsMayHaveMarksOfTheirOwn() {
    Backend backend = open();
    GroupId alice = GroupId.user("alice");
    Position first = write(backend, alice, Position.UNKNOWN, "bob");
    Position second = write(backend, alice, first, "carol");
    Position third = write(backend, alice, second, "bob");
    Map<String, Position> marks = Map.of("bob", first, "dave", third);
    assertEquals(
        Map.of("bob", 1, "carol", 1),
        unread(backend, "alice", new ReadMarks(alice, Position.UNKNOWN, marks)).byAuthor());
    assertEquals(
        Map.of("bob", 1), unread(backend, "alice", new ReadMarks(alice, second, marks)).byAuthor());
  }

  @Test
  default void severalLogsAreCountedInTheirOrder() {
    Backend backend = open();
    GroupId one = room(backend, "one");
    GroupId two = room(backend, "two");
    Position ofTwo = write(backend, two, Position.UNKNOWN, "bob");
    List<ReadMarks> marks =
        List.of(
            new ReadMarks(one, Position.UNKNOWN),
            new ReadMarks(two, Position.UNKNOWN),
            new ReadMarks(GroupId.user("nobody"), new Position("claimed", 7, "")));
    assertEquals(
        List.of(Unread.NOTHING, new Unread(ofTwo, Map.of("bob", 1), 0, 1_000), Unread.NOTHING),
        backend.log().unread("alice", marks));
    assertEquals(List.of(), backend.log().unread("alice", List.of()));
  }

  @Test
  default void trimmedEntriesDoNotCount() {
    Backend backend = open(Store.limits(Setting.HISTORY_SIZE, 2));
    GroupId room = room(backend, "r");
    Position first = write(backend, room, Position.UNKNOWN, "bob", "alice");
    Position second = write(backend, room, first, "bob");
    Position third = write(backend, room, second, "carol", "alice");
    assertEquals(
        new Unread(third, Map.of("bob", 1, "carol", 1), 1, 3_000),
        unread(backend, room, "alice", Position.UNKNOWN));
  }

  /** The mark may be in the log of a room that was removed and created again, or rolled back. */
  @Test
  default void markOfAnotherLogCountsForNothing() {
    Backend backend = open();
    GroupId room = room(backend, "r");
    Position only = write(backend, room, Position.UNKNOWN, "bob");
    assertEquals(1, unread(backend, room, "alice", new Position("0.other", 7, "x")).count());
    assertEquals(1, unread(backend, room, "alice", new Position("9.other", 1, "x")).count());
    Position rolledBack = new Position(only.epoch(), 2, "x");
    assertEquals(1, unread(backend, room, "alice", rolledBack).count());
    assertEquals(0, unread(backend, room, "alice", only).count());
  }
}
