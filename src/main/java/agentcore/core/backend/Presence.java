package agentcore.core.backend;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The members of the groups, on all servers. */
public interface Presence {
  /**
   * Adds a member and broadcasts the announcement, in one step, unless the group is full. A channel
   * that is already a member stays one, from now on under this join.
   *
   * @param capacity the maximum of members
   * @param announcement broadcast only if the member is new
   * @throws BackendException if the outcome is unknown; if the channel became a member, the backend
   *     removes it again soon
   */
  JoinResult join(GroupId group, Member member, int capacity, Optional<Notice> announcement);

  /**
   * Removes a member and broadcasts the announcement, in one step, so that the departure is
   * announced exactly once. A later membership of the same channel stays.
   *
   * @param member as it joined, or as {@link #members} lists it: its channel and join count
   * @return whether this call removed it
   */
  boolean leave(GroupId group, Member member, Optional<Notice> announcement);

  /** Returns the members in the order in which they joined, at most {@code limit}. */
  List<Member> members(GroupId group, int limit);

  /** Returns the number of members of each group, in the order of the list. */
  List<Integer> counts(List<GroupId> groups);

  /**
   * Sends a notice to every server that has members of the group.
   *
   * @throws BackendException also if one of the servers was not reached, unless the kind is
   *     PRESENCE
   */
  void broadcast(GroupId group, Notice notice);

  /** Returns when the user's last connection ended; the current time while one is connected. */
  Optional<Instant> lastSeen(String user);

  /**
   * The result of a join.
   *
   * @param count the number of members, including this one
   * @param log for the group of a user, the position of the user's log when the member joined;
   *     {@link Position#UNKNOWN} if there is none, and for other groups
   */
  record JoinResult(Outcome outcome, int count, Position log) {
    /** Whether the channel is a member now. */
    public enum Outcome {
      /** It is a new member. */
      JOINED,
      /** It was a member before. */
      ALREADY,
      /** It is no member: the group is full. */
      FULL,
      /** It is no member: the room was removed. */
      GONE
    }
  }
}
