package agentcore.core.consumer;

import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Position;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.util.Optional;

/**
 * The log of a session's user. All connections of the user receive every entry, on all servers, in
 * one order and without gaps; {@link Session#publish(String, Event, Optional)} appends one, whether
 * or not the user is connected.
 *
 * <p>If the log does not continue at the position of the connection, the client receives an {@code
 * inbox_reset}, as it receives a {@code room_reset} for a room.
 */
public interface Inbox {
  /**
   * Returns the position of the log when the connection began. Every later entry is sent to it. Any
   * thread.
   *
   * @return {@link Position#UNKNOWN} if nothing had been written to the user
   */
  Position entered();

  /** Returns the position up to which this connection was sent the log. Any thread. */
  Position position();

  /**
   * Prepares to send what the client missed before this connection began, and counts the resume in
   * the metrics. Reader thread only.
   *
   * @param lastSeen the last entry that the client saw; {@link Position#UNKNOWN} if there was none
   */
  Replay replay(Position lastSeen);

  /**
   * Returns the newest entries before a seq, as {@link Session#history} does for a room.
   *
   * @param before only entries with a lower seq; {@link Long#MAX_VALUE} for the newest
   */
  Session.History history(long before, int limit, int maxBytes);

  /**
   * Appends the answer to a request: all connections of the user receive it as an entry, and this
   * one receives it with the request's id. Returns when this one has been sent it. If nothing is
   * appended because an earlier request with the same key was answered, only this connection
   * receives the answer, with {@code "duplicate":true}. Reader thread only.
   *
   * @param key identifies the request, so that a retry is not stored again
   * @return {@code CONFLICT} if the key belongs to another text; nothing was sent then
   */
  PublishResult answer(Message request, Event event, Optional<IdempotencyKey> key);
}
