package agentcore.core.backend.redis;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What can be wrong with Redis, and what helps. This is the one place that says what an error reply
 * means: an error reply is an answer, but it does not show that the link works.
 */
enum RedisTrouble {
  /** No connection, or one that broke. */
  AWAY(Cure.DIAL, "is away"),
  /** A primary that was demoted keeps its connections open, and answers so. */
  READONLY(Cure.DIAL, "is a replica and takes no writes"),
  /** A replica without its primary. */
  MASTERDOWN(Cure.DIAL, "is a replica that has lost its primary"),
  /** It has just started. */
  LOADING(Cure.DIAL, "is loading its data"),
  /** A node of a cluster that has lost others. */
  CLUSTERDOWN(Cure.DIAL, "belongs to a cluster that is down"),
  /** The connection was never logged in, or is not any more. */
  NOAUTH(Cure.DIAL, "wants a password"),
  /** The user or the password in the address is not the one that Redis knows. */
  WRONGPASS(Cure.DIAL, "refuses the user or the password"),
  /** It is protected from other machines. */
  DENIED(Cure.DIAL, "refuses connections from this machine"),
  /** {@code maxmemory} is reached, and the policy is {@code noeviction}. */
  OOM(Cure.WAIT_FOR_WRITES, "refuses writes, for want of memory"),
  /** It cannot save its data to the disk. */
  MISCONF(Cure.WAIT_FOR_WRITES, "refuses writes, since it cannot save them"),
  /** {@code min-replicas-to-write} is not reached. */
  NOREPLICAS(Cure.WAIT_FOR_WRITES, "refuses writes, for want of replicas"),
  /** A script of another client runs for too long. */
  BUSY(Cure.WAIT_FOR_WRITES, "is busy with another client's script"),
  /** As BUSY; the script has written something and can only be ended with Redis itself. */
  UNKILLABLE(Cure.WAIT_FOR_WRITES, "is busy with another client's script"),
  /** The user lacks the right to a command, a key or a channel. */
  NOPERM(Cure.WAIT_FOR_RIGHTS, "does not give this user a right that is needed"),
  /** Only a node of a cluster says this. */
  MOVED(Cure.NONE, "is a cluster, which is not supported"),
  /** Only a node of a cluster says this. */
  ASK(Cure.NONE, "is a cluster, which is not supported"),
  /** Only a node of a cluster says this. */
  TRYAGAIN(Cure.NONE, "is a cluster, which is not supported"),
  /** Only a node of a cluster says this. */
  CROSSSLOT(Cure.NONE, "is a cluster, which is not supported"),
  /**
   * Anything else (ERR, WRONGTYPE, EXECABORT, NOSCRIPT after the script was sent along): a command
   * that Redis does not understand is a defect of ours, or another program uses our keys.
   */
  UNEXPECTED(Cure.NONE, "gave an answer that only a defect explains");

  /** What helps. */
  enum Cure {
    /** Look the address up and dial again: it may lead to another Redis by now. */
    DIAL,
    /** Wait: the link works, and reading does too. Over when a write would be taken. */
    WAIT_FOR_WRITES,
    /** Wait until somebody gives the right. */
    WAIT_FOR_RIGHTS,
    /** Nothing that this program could do. */
    NONE
  }

  private static final Map<String, RedisTrouble> BY_CODE =
      Stream.of(values()).collect(Collectors.toMap(Enum::name, trouble -> trouble));

  private final Cure cure;
  private final String text;

  RedisTrouble(Cure cure, String text) {
    this.cure = cure;
    this.text = text;
  }

  Cure cure() {
    return cure;
  }

  /** Returns what is wrong, as the end of a sentence that begins with the address. */
  String text() {
    return text;
  }

  /** Says what a failure means. */
  static RedisTrouble of(JedisException failure) {
    if (failure instanceof JedisConnectionException) {
      return AWAY;
    }
    String message = String.valueOf(failure.getMessage());
    if (message.startsWith("ERR ")) {
      return ofPlainError(message.toLowerCase(Locale.ROOT));
    }
    int space = message.indexOf(' ');
    return BY_CODE.getOrDefault(space < 0 ? message : message.substring(0, space), UNEXPECTED);
  }

  /** Some that are no defects have no code of their own. */
  private static RedisTrouble ofPlainError(String message) {
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
