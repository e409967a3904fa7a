package agentcore.core.backend;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who is in which group, on all servers.
 *
 * <p>Every method may block, and throws {@link BackendException} where the store does not answer.
 */
public interface Presence {
  /**
   * Makes a connection a member, unless the group is full: one atomic step with its announcement. A
   * channel that is a member already stays one, by this join from now on.
   *
   * @param capacity how many members the group may have
   * @param announcement told to the group where this made a new member
   * @throws BackendException where that is not known; if it is a member now, the store ends that by
   *     itself, soon
   */
  JoinResult join(GroupId group, Member member, int capacity, Optional<Notice> announcement);

  /**
   * Ends a membership and announces that in one atomic step, so that it is announced exactly once.
   * A later membership of the same channel stays.
   *
   * @param member as it joined, or as {@link #members} lists it: its channel and join count
   * @param announcement told to the group where this ended the membership
   * @return whether this ended it
   */
  boolean leave(GroupId group, Member member, Optional<Notice> announcement);

  /** Lists members in the order in which they joined, at most {@code limit}. */
  List<Member> members(GroupId group, int limit);

  /** Counts the members of each group, in the order of the list. */
  List<Integer> counts(List<GroupId> groups);

  /**
   * Tells every server that has members there; nothing is kept. A hint of presence may be lost.
   *
   * @throws BackendException also where one of the servers could not be told
   */
  void broadcast(GroupId group, Notice signal);

  /** Returns when the user's last connection ended; now, while one is there. */
  Optional<Instant> lastSeen(String user);

  /**
   * What became of a join.
   *
   * @param outcome whether it is a member now
   * @param count the group's members, this one included
   */
  record JoinResult(Outcome outcome, int count) {
    /** What became of a join. */
    public enum Outcome {
      /** A member now. */
      JOINED,
      /** A member before. */
      ALREADY,
      /** Not a member: the group has as many as it may. */
      FULL,
      /** Not a member: the group's room is no more. */
      GONE
    }
  }
}
