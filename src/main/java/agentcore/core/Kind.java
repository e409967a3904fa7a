package agentcore.core;

import agentcore.core.auth.SigningKeys;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.message.Names;
import agentcore.core.security.Origins;
import agentcore.core.security.SecretFile;
import agentcore.core.security.TrustedProxies;
import java.io.File;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The values that a setting may have. Only given values are checked: a default may be empty where a
 * given value may not.
 *
 * @param notation how a value is written in each source
 * @param fault returns what a value must be, if it is not valid
 * @param normal returns a value as it is kept
 * @param shown returns a value as it may be shown
 */
record Kind(
    Notation notation,
    Function<String, Optional<String>> fault,
    UnaryOperator<String> normal,
    UnaryOperator<String> shown) {
  private static final long MIN_BYTES = 1024 * 1024;
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(100L * 365 * 24 * 3600);

  static final Kind HOST =
      must("be a host name or an address, without a port", HostName::isValid)
          .normal(HostName::normal);

  /** A prefix of names that are shared with other programs. */
  static final Kind PREFIX =
      must(
          "be a text without control characters",
          value -> !value.isEmpty() && !Names.hasControl(value));

  static final Kind FILE =
      must("be a file that can be read", value -> isReadable(new File(value)))
          .notation(Notation.PLAIN)
          .neverEmpty("to serve without TLS");

  static final Kind PASSWORD =
      must("be a text", value -> true)
          .notation(Notation.VERBATIM)
          .neverEmpty("for a file without a password")
          .shown(Kind::length);

  static final Kind SECRETS = secrets(SigningKeys::parse, "to let anyone connect as anyone");

  /** A file that holds secrets; what it holds is checked as the value of AUTH_SECRET. */
  static final Kind SECRET_FILE =
      parsed(file -> SecretFile.read(Path.of(file)))
          .notation(Notation.PLAIN)
          .neverEmpty("to give AUTH_SECRET itself, or to let anyone connect as anyone");

  /** The address of a Redis server, which may hold a password. */
  static final Kind REDIS_URL =
      parsed(RedisUrl::parse).notation(Notation.PLAIN).shown(Kind::withoutPassword);

  static final Kind ORIGINS = parsed(Origins::parse).notation(Notation.PLAIN);

  static final Kind PROXIES = parsed(TrustedProxies::parse);

  static final Kind PORT = integer(0, 65535);

  static final Kind OPTIONAL_PORT =
      must("be empty or a port", value -> PORT.fault.apply(value).isEmpty()).orEmpty();

  /** A number of bytes; empty for a default that depends on the machine. */
  static final Kind BYTES =
      must(
              "be empty or at least " + MIN_BYTES + " bytes",
              value -> isAscii(value) && Long.parseLong(value) >= MIN_BYTES)
          .orEmpty();

  static final Kind SECONDS =
      must(
          "be a number of seconds greater than 0",
          value -> {
            BigDecimal seconds = new BigDecimal(value);
            return isAscii(value)
                && seconds.signum() > 0
                && seconds.compareTo(MAX_SECONDS) <= 0
                && seconds.scale() <= 9;
          });

  /** Secrets that a parser accepts, separated by commas. */
  static Kind secrets(Function<String, ?> parser, String purpose) {
    return parsed(parser).notation(Notation.PLAIN).neverEmpty(purpose).shown(Kind::lengths);
  }

  static Kind integer(int min) {
    return must(
        "be an integer of at least " + min,
        value -> isAscii(value) && Integer.parseInt(value) >= min);
  }

  static Kind integer(int min, int max) {
    return must(
        "be an integer from " + min + " to " + max,
        value ->
            isAscii(value) && Integer.parseInt(value) >= min && Integer.parseInt(value) <= max);
  }

  /** Java also parses the digits of other scripts. */
  private static boolean isAscii(String value) {
    return StandardCharsets.US_ASCII.newEncoder().canEncode(value);
  }

  /** One of a few words, in any case. */
  static Kind choice(List<String> words) {
    return must("be one of " + String.join(", ", words), words::contains)
        .normal(value -> words.stream().filter(value::equalsIgnoreCase).findFirst().orElse(value));
  }

  /** A text with rules of its own; {@code parser} throws as {@link #parsed} says. */
  static Kind text(UnaryOperator<String> parser) {
    return parsed(parser).notation(Notation.PLAIN).normal(value -> parsedOrSame(parser, value));
  }

  private static String parsedOrSame(UnaryOperator<String> parser, String value) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException wrong) {
      return value; // its fault is reported elsewhere
    }
  }

  /** A value that a parser accepts; its {@link IllegalArgumentException} says what it must be. */
  static Kind parsed(Function<String, ?> parser) {
    return new Kind(
        Notation.COMMENTED,
        value -> {
          try {
            var unused = parser.apply(value);
            return Optional.empty();
          } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
          }
        },
        UnaryOperator.identity(),
        UnaryOperator.identity());
  }

  /** A value that passes a test; an {@link IllegalArgumentException} counts as false. */
  private static Kind must(String what, Predicate<String> isRight) {
    return parsed(
        value -> {
          try {
            if (isRight.test(value)) {
              return value;
            }
          } catch (IllegalArgumentException unreadable) {
            // reported below, like a readable value that is wrong
          }
          throw new IllegalArgumentException("must " + what);
        });
  }

  private Kind orEmpty() {
    return fault(value -> value.isEmpty() ? Optional.empty() : fault.apply(value));
  }

  /**
   * A setting that protects something: an empty value is a mistake.
   *
   * @param purpose why one may leave the setting out
   */
  private Kind neverEmpty(String purpose) {
    String what = "must not be empty: leave it out " + purpose;
    return fault(value -> Names.trim(value).isEmpty() ? Optional.of(what) : fault.apply(value));
  }

  private Kind notation(Notation other) {
    return new Kind(other, fault, normal, shown);
  }

  private Kind fault(Function<String, Optional<String>> other) {
    return new Kind(notation, other, normal, shown);
  }

  private Kind normal(UnaryOperator<String> other) {
    return new Kind(notation, value -> fault.apply(other.apply(value)), other, shown);
  }

  private Kind shown(UnaryOperator<String> other) {
    return new Kind(notation, fault, normal, other);
  }

  private static boolean isReadable(File file) {
    return file.canRead() && !file.isDirectory();
  }

  /** Shows only the length of a secret, so that a truncated one can be noticed. */
  private static String length(String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    return secret.isEmpty() ? "" : "*** (" + bytes + (bytes == 1 ? " byte)" : " bytes)");
  }

  private static String lengths(String secrets) {
    return secrets.isEmpty()
        ? ""
        : Stream.of(secrets.split(",", -1))
            .map(secret -> secret.isBlank() ? "(empty)" : length(secret.strip()))
            .collect(Collectors.joining(", "));
  }

  /** Hides the password; hides a malformed URL completely, unless the password can be found. */
  private static String withoutPassword(String value) {
    if (value.isEmpty()) {
      return "";
    }
    String hidden =
        value
            .replaceFirst("(?s)([?]sentinel=[^:]*:).*", "$1***")
            .replaceFirst("(?s)(://[^:@]*:).*@", "$1***@");
    if (!hidden.equals(value)) {
      return hidden;
    }
    try {
      var unused = RedisUrl.parse(value);
      return value;
    } catch (IllegalArgumentException malformed) { // the @ after the password may be missing
      return "***";
    }
  }
}
