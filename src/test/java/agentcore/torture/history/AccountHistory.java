package agentcore.torture.history;

import agentcore.torture.history.History.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the devices of one user were told of the user's rooms, read markers and unread messages. A
 * target is the name of a room, or {@link #peer} of a user. Times are from {@link System#nanoTime}.
 *
 * @param user the user
 * @param inbox the name of the user's own log
 * @param logs the messages of each log, in any order
 * @param retained how many entries a log keeps
 * @param requests the markers that the devices asked for
 * @param markers the markers that the devices received
 * @param listings the rooms that the devices received
 * @param moves the rooms that the devices joined and left
 * @param lossesNanos when the store lost data on purpose; empty if it never did
 */
public record AccountHistory(
    String user,
    String inbox,
    Map<String, List<Written>> logs,
    int retained,
    List<Request> requests,
    List<Marker> markers,
    List<Listing> listings,
    List<Move> moves,
    List<Long> lossesNanos) {
  private static final String PEER = "messages of ";

  public AccountHistory {
    logs = Map.copyOf(logs);
    requests = List.copyOf(requests);
    markers = List.copyOf(markers);
    listings = List.copyOf(listings);
    moves = List.copyOf(moves);
    lossesNanos = List.copyOf(lossesNanos);
  }

  /** Returns the target that stands for the private messages of another user. */
  public static String peer(String other) {
    return PEER + other;
  }

  /** Returns the user whose private messages a target stands for; empty for a room. */
  public static Optional<String> peerOf(String target) {
    return target.startsWith(PEER)
        ? Optional.of(target.substring(PEER.length()))
        : Optional.empty();
  }

  /** Returns the log in which the messages of a target are. */
  String logOf(String target) {
    return peerOf(target).isPresent() ? inbox : target;
  }

  /**
   * A message in a log.
   *
   * @param author who wrote it; for a program a name that is no user's
   * @param mentions the users whom it mentions
   */
  public record Written(Position position, String author, Set<String> mentions) {
    public Written {
      mentions = Set.copyOf(mentions);
    }
  }

  /** A request to move a marker, whether or not it was answered. */
  public record Request(String target, long seq, long sentNanos) {}

  /**
   * A marker that a device received.
   *
   * @param connection a name that no other connection has
   * @param sentNanos when the request was sent that it answers; empty if another device asked
   */
  public record Marker(
      String connection,
      OptionalLong sentNanos,
      String target,
      Position position,
      long receivedNanos) {}

  /**
   * The rooms and conversations that a device received.
   *
   * @param inbox the position up to which the conversations were counted
   * @param isLast nothing is written any more, and every log has ended
   */
  public record Listing(
      String connection,
      Map<String, Row> rows,
      Position inbox,
      boolean isLast,
      long sentNanos,
      long receivedNanos) {
    public Listing {
      rows = Map.copyOf(rows);
    }
  }

  /**
   * One room or conversation.
   *
   * @param position up to which was counted
   * @param readSeq the marker behind which was counted
   * @param mentions empty where they are not counted
   */
  public record Row(
      Position position, OptionalLong readSeq, int unread, Optional<Integer> mentions) {}

  /**
   * A request to join or leave a room.
   *
   * @param answeredNanos empty if it was not answered, or refused
   */
  public record Move(String room, boolean isJoin, long sentNanos, OptionalLong answeredNanos) {}
}
