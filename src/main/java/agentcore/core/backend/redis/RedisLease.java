package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import redis.clients.jedis.Protocol.Command;

/**
 * This server's claim to be alive, which its memberships stand under, and what it knows of the
 * others'. A claim that was not renewed for {@link RedisTimes#lease} is void.
 *
 * <p>A server calls another dead only after it could renew its own claim for a whole lease without
 * a break: while Redis was away, refused writes or stood still, nobody else could renew theirs
 * either.
 */
final class RedisLease {
  private static final int NO_NUMBER = -1;

  private final RedisLink link;
  private final RedisKeys keys;
  private final String probeChannel;
  private final Duration time;
  private volatile String server = newServer();
  private volatile Set<String> dead = Set.of();
  private final long startNanos = System.nanoTime();
  private volatile boolean held;
  private volatile long renewedNanos = startNanos;

  /** When a renewal failed last, or was late; initially so long ago that it does not matter. */
  private volatile long brokenNanos;

  private boolean wasHeld;
  private int number = NO_NUMBER;
  private long renewedMillis;
  private long requests;

  RedisLease(RedisLink link, RedisKeys keys, String probeChannel, Duration time) {
    this.link = link;
    this.keys = keys;
    this.probeChannel = probeChannel;
    this.time = time;
    this.brokenNanos = startNanos - time.toNanos() - 1;
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
   * Says whether this server may act in its own name: its claim was renewed just now. Else others
   * may have taken it for dead, and it will hear that by its next renewal.
   */
  boolean isHeld() {
    return held && System.nanoTime() - renewedNanos < time.toNanos() / 2;
  }

  /** Says whether nobody can have removed this server's memberships as those of a dead one. */
  boolean isSteady() {
    return isHeld() && isOlderThanLease(brokenNanos);
  }

  /**
   * What a renewal showed.
   *
   * @param wasReaped others took this server for dead: it has another id now
   * @param dead servers whose claim is void
   * @param heard how many connections were told the probe
   */
  record Beat(boolean wasReaped, List<String> dead, long heard) {}

  /**
   * Renews the claim and probes the news, in one step on one Redis. One thread calls it.
   *
   * @throws BackendException where the claim was not renewed
   */
  Beat beat() {
    List<?> reply = renew();
    long now = (Long) reply.get(2);
    if (wasHeld && Math.abs(now - renewedMillis) > time.toMillis() / 2) {
      brokenNanos = System.nanoTime(); // this server stood still, or the clock of Redis was set
    }
    renewedMillis = now;
    boolean canJudge =
        isOlderThanLease(startNanos)
            && isOlderThanLease(brokenNanos)
            && link.upFor().compareTo(time) > 0;
    List<String> silent = canJudge ? RedisReply.texts(reply.get(1)) : List.of();
    dead = Set.copyOf(silent);
    boolean wasReaped = wasHeld && reply.get(0).equals(0L);
    if (wasReaped) {
      server = newServer();
      reply = renew();
    }
    wasHeld = true;
    renewedNanos = System.nanoTime();
    held = true;
    return new Beat(wasReaped, silent, (Long) reply.get(4));
  }

  private boolean isOlderThanLease(long nanos) {
    return System.nanoTime() - nanos > time.toNanos();
  }

  private List<?> renew() {
    List<?> reply;
    try {
      reply =
          ownReply(
              link.call(
                  RedisScript.BEAT,
                  List.of(keys.servers(), keys.numbers()),
                  server,
                  time.toMillis(),
                  probeChannel,
                  number,
                  ++requests));
    } catch (BackendException refused) {
      held = false;
      brokenNanos = System.nanoTime();
      // Where only writes are refused, the news is heard all the same.
      var unused = link.submit(Command.PUBLISH, probeChannel, "1");
      throw refused;
    }
    link.setClock((Long) reply.get(2));
    int had = number;
    number = ((Long) reply.get(3)).intValue();
    if (number != had) {
      link.name(keys.prefix() + number);
    }
    return reply;
  }

  /**
   * Returns the reply if it belongs to this request. If it does not, something between here and
   * Redis has lost or added bytes, and every later reply on this connection would be taken for that
   * of a wrong request too.
   */
  private List<?> ownReply(Object reply) {
    if (reply instanceof List<?> fields
        && !fields.isEmpty()
        && RedisReply.text(fields.getLast()).equals(String.valueOf(requests))) {
      return fields;
    }
    link.dialAgain();
    throw new BackendException("Redis answered another request: the connection is given up");
  }

  private static String newServer() {
    return UUID.randomUUID().toString();
  }
}
