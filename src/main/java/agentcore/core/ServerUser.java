package agentcore.core;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Presence;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Event;
import agentcore.core.message.Post;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A user, as the program that runs the server sees it: the connections with this user id on all
 * endpoints and servers.
 *
 * <p>Threads: any, from {@link AgentCore#start} on. Every method calls the backend, may block, and
 * throws {@link agentcore.core.backend.BackendException} if the store does not answer.
 *
 * {@snippet file="Bots.java" region="disconnect"}
 */
public final class ServerUser {
  private final String id;
  private final ServerParts parts;

  ServerUser(String id, ServerParts parts) {
    this.id = id;
    this.parts = parts;
  }

  private Presence presence() {
    return parts.manager().backend().presence();
  }

  /** Returns the user id. */
  public String id() {
    return id;
  }

  /** Returns the user's connections on all servers. */
  public List<Member> connections() {
    return presence().members(GroupId.user(id), Integer.MAX_VALUE);
  }

  /** Returns when the user's last connection ended; the current time while one is connected. */
  public Optional<Instant> lastSeen() {
    return presence().lastSeen(id);
  }

  /**
   * Appends an event to the log of the user, who need not be connected, and returns when it has
   * been stored. All connections of the user receive it, with {@code "server":true}.
   *
   * @return the outcome is always {@code APPENDED}
   */
  public PublishResult publish(Event event) {
    return publish(Post.of(event), Optional.empty());
  }

  /**
   * Appends an event unless one was published with the same key before, as {@link
   * ServerRoom#publish(Event, String)} does.
   */
  public PublishResult publish(Event event, String idempotencyKey) {
    return publish(Post.of(event), Optional.of(idempotencyKey));
  }

  /**
   * Appends an event as the other methods do, and says who wrote it, so that it counts as unread.
   *
   * @param idempotencyKey if present, as for {@link #publish(Event, String)}
   */
  public PublishResult publish(Post post, Optional<String> idempotencyKey) {
    return parts.publish(GroupId.user(id), post, idempotencyKey);
  }

  /**
   * Sends an event to all connections of the user, with {@code "server":true}. It is not stored: a
   * connection that is being lost misses it.
   *
   * @return the number of connections; 0 if the user is not connected, and nothing was sent
   */
  public int send(Event event) {
    int connections = connections().size();
    if (connections > 0) {
      presence().broadcast(GroupId.user(id), Notice.everyone(parts.write(event)));
      parts.count("sent");
    }
    return connections;
  }

  /**
   * Closes all connections of the user. Returns when their servers have been notified; the
   * connections end soon afterwards. The user may connect again.
   *
   * @return the number of connections
   * @throws IllegalArgumentException for ABNORMAL, and for a code below 4000 that is not the
   *     library's
   */
  public int disconnect(CloseCode code) {
    if (!code.isSendable()) {
      throw new IllegalArgumentException("this close code must not be sent: " + code.number());
    }
    List<Member> connections = connections();
    for (Member each : connections) {
      Notice close = Notice.close(each.channel(), code.number() + " " + code.reason());
      presence().broadcast(GroupId.user(id), close);
    }
    return connections.size();
  }
}
