package agentcore.client.rooms;

import agentcore.client.requests.Failure;
import agentcore.client.requests.Reply;
import agentcore.client.requests.Requests;
import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * Requests the list of the user's rooms, which the server keeps for all devices of the user: after
 * each welcome, and again when something has changed. At any time at most one request is in flight.
 * A server that does not know the request is not asked again on this connection.
 */
public final class RoomList {
  /** Receives the end of a request. */
  interface Ended {
    /** The request ended; with a failure, it is due again. */
    void ended(Optional<Failure> failure);
  }

  private final Requests requests;
  private final boolean isWanted;
  private boolean isDue;
  private boolean isKept;
  private boolean isFirst;
  private int connection;
  private boolean isAsked;

  /** Creates the requests; there are none if {@code isWanted} is false. */
  public RoomList(Requests requests, boolean isWanted) {
    this.requests = requests;
    this.isWanted = isWanted;
    this.isFirst = isWanted;
  }

  void welcomed() {
    isDue = isWanted;
  }

  void disconnected() {
    connection++;
    isAsked = false;
    isDue = false;
    isKept = false;
    isFirst = isWanted;
  }

  /** Returns whether this server keeps the list, as far as known. */
  public boolean isKept() {
    return isKept;
  }

  /** Returns whether this connection waits for its first answer. */
  boolean isFirst() {
    return isFirst;
  }

  /** Asks again, unless the server does not keep the list. */
  void refresh() {
    isDue |= isKept;
  }

  /** Returns whether the request can be sent now. */
  boolean canAsk() {
    return isDue && !isAsked;
  }

  /** Notes that the server has sent the list. */
  void answered() {
    isKept = true;
    isFirst = false;
  }

  /** Sends the request. */
  Reply ask(Ended ended) {
    isDue = false;
    isAsked = true;
    int current = connection;
    Reply reply = requests.send("my_rooms", new JsonObject());
    reply.then(
        list -> {
          if (current == connection) {
            isAsked = false;
            isFirst = false;
            ended.ended(Optional.empty());
          }
        },
        failure -> {
          if (current == connection) {
            isAsked = false;
            isDue |= failure.isRetryable();
            isFirst &= failure.isRetryable();
            ended.ended(isDue ? Optional.of(failure) : Optional.empty());
          }
        });
    return reply;
  }
}
