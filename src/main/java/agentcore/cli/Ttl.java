package agentcore.cli;

import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a token or a link is valid, as {@code --ttl} gives it: {@code 30d}, or seconds. */
final class Ttl {
  static final String FLAG = "--ttl";

  private static final Pattern FORM = Pattern.compile("([0-9]{1,10})([smhd]?)");
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Ttl() {}

  /**
   * Returns the time of the flag, or {@code defaultTime} without it.
   *
   * @throws UsageException if it has another form, or is out of range
   */
  static Duration of(Flags flags, Duration defaultTime) throws UsageException {
    Optional<String> text = flags.get(FLAG);
    return text.isPresent() ? parse(text.get()) : defaultTime;
  }

  private static Duration parse(String text) throws UsageException {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      long number = Long.parseLong(form.group(1));
      Duration time =
          switch (form.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofSeconds(number);
          };
      if (time.isPositive() && time.compareTo(LONGEST) <= 0) {
        return time;
      }
    }
    throw new UsageException(
        FLAG
            + " must be a number with s, m, h or d, such as 30d, or of seconds, from 1s to 36500d");
  }
}
