package agentcore.core.backend.redis.link;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The ways in which Redis can fail, and what helps. Only this class interprets error replies. An
 * error reply is an answer, but it does not show that the link works.
 */
public enum Failure {
  /** No connection, or a lost one. */
  AWAY(Recovery.RECONNECT, "is away"),
  /** A demoted primary keeps its connections open and replies with this error. */
  READONLY(Recovery.RECONNECT, "is a replica and takes no writes"),
  /** A replica without its primary. */
  MASTERDOWN(Recovery.RECONNECT, "is a replica that has lost its primary"),
  /** Redis has just started. */
  LOADING(Recovery.RECONNECT, "is loading its data"),
  /** The connection is not authenticated, or not any more. */
  NOAUTH(Recovery.RECONNECT, "requires a password"),
  /** User or password are wrong. */
  WRONGPASS(Recovery.RECONNECT, "refuses the user or the password"),
  /** Protected mode: Redis accepts connections from its own machine only. */
  DENIED(Recovery.RECONNECT, "refuses connections from this machine"),
  /** {@code maxmemory} is reached, and the policy is {@code noeviction}. */
  OOM(Recovery.WAIT_FOR_WRITES, "refuses writes because its memory is full"),
  /** Redis cannot save its data to disk. */
  MISCONF(Recovery.WAIT_FOR_WRITES, "refuses writes because it cannot save them"),
  /** {@code min-replicas-to-write} is not reached. */
  NOREPLICAS(Recovery.WAIT_FOR_WRITES, "refuses writes because it has too few replicas"),
  /** A script of another client runs for too long. */
  BUSY(Recovery.WAIT_FOR_WRITES, "is busy with another client's script", "BUSY", "UNKILLABLE"),
  /** Nobody serves the hash slot, or the node is cut off from the other nodes of the cluster. */
  CLUSTERDOWN(Recovery.WAIT_FOR_WRITES, "belongs to a cluster that is down"),
  /** The user lacks the right to a command, a key or a channel. */
  NOPERM(Recovery.WAIT_FOR_RIGHTS, "does not give this user a right that it needs"),
  /** The hash slot is at another node of the cluster, or on its way to it. */
  MOVING(Recovery.LOOK_AGAIN, "gives hash slots to another node", "MOVED", "ASK", "TRYAGAIN"),
  /**
   * Anything else (ERR, WRONGTYPE, EXECABORT, NOSCRIPT in reply to a script's source): a defect of
   * this program, or another program uses the same keys.
   */
  UNEXPECTED(Recovery.NONE, "replied with an unexpected error");

  /** What ends a failure. */
  public enum Recovery {
    /** Connecting again: the host may be another Redis by now. */
    RECONNECT,
    /** Waiting until Redis accepts writes. The link works, and so does reading. */
    WAIT_FOR_WRITES,
    /** Asking again which node has the hash slot. */
    LOOK_AGAIN,
    /** Waiting until the user is given the right. */
    WAIT_FOR_RIGHTS,
    /** Nothing that this program can do. */
    NONE
  }

  private static final Map<String, Failure> BY_CODE =
      Stream.of(values())
          .flatMap(failure -> failure.codes.stream().map(code -> Map.entry(code, failure)))
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

  private final Recovery recovery;
  private final String text;
  private final List<String> codes;

  /** Creates a failure that error replies with one of these codes mean; by default its name. */
  Failure(Recovery recovery, String text, String... codes) {
    this.recovery = recovery;
    this.text = text;
    this.codes = codes.length == 0 ? List.of(name()) : List.of(codes);
  }

  /** Returns what ends this failure. */
  public Recovery recovery() {
    return recovery;
  }

  /** Returns the end of a sentence that begins with {@link Node#server}. */
  String text() {
    return text;
  }

  /** Classifies what jedis has thrown. */
  public static Failure of(JedisException error) {
    if (error instanceof JedisConnectionException) {
      return AWAY;
    }
    String message = String.valueOf(error.getMessage());
    if (message.startsWith("ERR ")) {
      return ofPlainError(message.toLowerCase(Locale.ROOT));
    }
    int space = message.indexOf(' ');
    return BY_CODE.getOrDefault(space < 0 ? message : message.substring(0, space), UNEXPECTED);
  }

  /** Some errors that are no defects have no code of their own. */
  private static Failure ofPlainError(String message) {
    if (message.contains("the user executing the script can't") // Redis 7.0
        || message.contains("acl failure in script")) {
      return NOPERM;
    }
    if (message.contains("max number of clients")) {
      return AWAY;
    }
    return message.contains("without any password configured") ? WRONGPASS : UNEXPECTED;
  }
}
