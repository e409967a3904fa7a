package agentcore.example;

import agentcore.core.Config;
import agentcore.core.backend.TokenBuckets;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import java.time.Duration;
import java.util.Optional;

/**
 * Limits how fast users write to the logs of users: each sender, so that nobody floods many people;
 * each recipient, whose log would lose its oldest entries; and all together on this server, since
 * every recipient is a log in the store.
 *
 * <p>A bucket holds one minute's worth, so that much may be sent at once.
 */
final class InboxLimits {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final int perSender;
  private final int perRecipient;
  private final int total;
  private final LocalRate all;

  InboxLimits(Config config) {
    this.perSender = config.integer(ChatSetting.PRIVATE_RATE_LIMIT);
    this.perRecipient = config.integer(ChatSetting.PRIVATE_RATE_LIMIT_TARGET);
    this.total = config.integer(ChatSetting.PRIVATE_RATE_LIMIT_TOTAL);
    this.all = new LocalRate(total, PERIOD, System::nanoTime);
  }

  /** Counts an entry that the session's user writes to the log of a user, or refuses it. */
  void take(Session session, String recipient) {
    refuseIf(take(session, "private-from/" + session.user(), perSender), "from you", perSender);
    refuseIf(take(session, "private-to/" + recipient, perRecipient), "to this user", perRecipient);
    refuseIf(all.take("", 1), "on this server", total);
  }

  private static Optional<Duration> take(Session session, String bucket, int perMinute) {
    return perMinute == 0
        ? Optional.empty()
        : session.take(
            bucket, new TokenBuckets.Rate(perMinute, (double) perMinute / PERIOD.toSeconds()));
  }

  private static void refuseIf(Optional<Duration> wait, String where, int perMinute) {
    if (wait.isPresent()) {
      throw new ClientException(
          ErrorCode.RATE_LIMIT_EXCEEDED,
          "Too many private messages " + where + " (max " + perMinute + " per minute)",
          wait);
    }
  }
}
