package agentcore.core.backend;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * This server's claim to be alive, which its memberships stand under, and what it knows of the
 * others'. A claim that was not renewed for {@link RedisTimes#lease} is void.
 */
final class RedisLease {
  private final RedisLink link;
  private final RedisKeys keys;
  private final Duration time;
  private volatile String server = newServer();
  private volatile Set<String> dead = Set.of();
  private boolean held;

  RedisLease(RedisLink link, RedisKeys keys, Duration time) {
    this.link = link;
    this.keys = keys;
    this.time = time;
  }

  /** Returns this server's id, which changes when others took it for dead. */
  String server() {
    return server;
  }

  /** Says whether a server is dead and not yet reaped, as far as this one knows. */
  boolean isDead(String id) {
    return dead.contains(id);
  }

  /**
   * What a renewal showed.
   *
   * @param wasReaped others took this server for dead: it has another id now
   * @param dead servers whose claim is void
   */
  record Beat(boolean wasReaped, List<String> dead) {}

  /** Renews the claim. One thread calls it. */
  Beat beat() {
    List<?> reply =
        RedisLink.list(
            link.call(RedisScript.BEAT, List.of(keys.servers()), server, time.toMillis()));
    link.setClock((Long) reply.get(2));
    // After a pause of Redis all leases are void, and nobody is dead.
    boolean tooEarly = link.upFor().compareTo(time) <= 0;
    List<String> silent = tooEarly ? List.of() : RedisLink.texts(reply.get(1));
    dead = Set.copyOf(silent);
    boolean wasReaped = held && reply.get(0).equals(0L);
    if (wasReaped) {
      server = newServer();
      link.call(RedisScript.BEAT, List.of(keys.servers()), server, time.toMillis());
    }
    held = true;
    return new Beat(wasReaped, silent);
  }

  private static String newServer() {
    return UUID.randomUUID().toString();
  }
}
