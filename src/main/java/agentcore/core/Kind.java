package agentcore.core;

import agentcore.core.auth.SigningKeys;
import agentcore.core.message.Names;
import java.io.File;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What values a setting may have.
 *
 * @param fault says what is wrong with a value: what it must be
 * @param normal gives a value as it is kept
 * @param shown gives a value as it may be shown
 */
record Kind(
    Function<String, Optional<String>> fault,
    UnaryOperator<String> normal,
    UnaryOperator<String> shown) {
  private static final int MAX_ROOM_NAME_LENGTH = 50;
  private static final long MIN_BYTES = 1024 * 1024;
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(100L * 365 * 24 * 3600);

  static final Kind TEXT = must("not be empty", value -> !value.isEmpty());

  static final Kind FILE =
      must("be a file that can be read", value -> new File(value).canRead()).orEmpty();

  static final Kind PASSWORD = must("be a text", value -> true).hidden();

  static final Kind SECRETS = parsed(SigningKeys::parse).orEmpty().hidden();

  /** The address of a Redis server, which may hold a password. */
  static final Kind URL =
      must("be redis://HOST:PORT/DATABASE (or rediss://)", Kind::isRedisUrl)
          .shown(Kind::withoutPassword);

  static final Kind ROOM_NAME =
      must(
              "be at most " + MAX_ROOM_NAME_LENGTH + " characters without control characters",
              value -> Names.length(value) <= MAX_ROOM_NAME_LENGTH && !Names.hasControl(value))
          .normal(Names::trim);

  static final Kind PORT = integer(0, 65535);

  static final Kind OPTIONAL_PORT =
      must("be empty or a port", value -> PORT.fault.apply(value).isEmpty()).orEmpty();

  /** A number of bytes, or nothing for what the machine allows. */
  static final Kind BYTES =
      must(
              "be empty or at least " + MIN_BYTES + " bytes",
              value -> Long.parseLong(value) >= MIN_BYTES)
          .orEmpty();

  static final Kind SECONDS =
      must(
          "be a number of seconds greater than 0",
          value -> {
            BigDecimal seconds = new BigDecimal(value);
            return seconds.signum() > 0
                && seconds.compareTo(MAX_SECONDS) <= 0
                && seconds.scale() <= 9;
          });

  static Kind integer(int min) {
    return must("be an integer of at least " + min, value -> Integer.parseInt(value) >= min);
  }

  static Kind integer(int min, int max) {
    return must(
        "be an integer from " + min + " to " + max,
        value -> Integer.parseInt(value) >= min && Integer.parseInt(value) <= max);
  }

  /** One of a few words, in any case. */
  static Kind choice(String... words) {
    return must("be one of " + String.join(", ", words), Set.of(words)::contains)
        .normal(value -> choose(List.of(words), value));
  }

  /** What a parser takes; it throws an {@link IllegalArgumentException} that says what must be. */
  static Kind parsed(Function<String, ?> parser) {
    return new Kind(
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

  /**
   * What {@code isRight} takes; where it throws an {@link IllegalArgumentException}, it does not.
   */
  private static Kind must(String what, Predicate<String> isRight) {
    return parsed(
        value -> {
          try {
            if (isRight.test(value)) {
              return value;
            }
          } catch (IllegalArgumentException unreadable) {
            // told below, like what can be read and is wrong
          }
          throw new IllegalArgumentException("must " + what);
        });
  }

  private Kind orEmpty() {
    return new Kind(
        value -> value.isEmpty() ? Optional.empty() : fault.apply(value), normal, shown);
  }

  private Kind normal(UnaryOperator<String> other) {
    return new Kind(value -> fault.apply(other.apply(value)), other, shown);
  }

  private Kind shown(UnaryOperator<String> other) {
    return new Kind(fault, normal, other);
  }

  private Kind hidden() {
    return shown(value -> value.isEmpty() ? value : "***");
  }

  private static boolean isRedisUrl(String value) {
    URI uri = URI.create(value);
    return Set.of("redis", "rediss").contains(String.valueOf(uri.getScheme()))
        && uri.getHost() != null;
  }

  /** Hides the password, and in what is no URL all that could hold one. */
  private static String withoutPassword(String value) {
    String hidden = value.replaceFirst("(?s)(://[^:@]*:).*@", "$1***@");
    return hidden.equals(value) && value.contains("@") ? "***" : hidden;
  }

  private static String choose(List<String> words, String value) {
    return words.stream().filter(value::equalsIgnoreCase).findFirst().orElse(value);
  }
}
