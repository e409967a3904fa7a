package agentcore.core;

import agentcore.core.auth.SigningKeys;
import agentcore.core.message.Names;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What values a setting may have. Each returns what is wrong with a value, or nothing. */
sealed interface Kind {
  static Kind integer(long min) {
    return new IntegerBetween(min, Integer.MAX_VALUE);
  }

  static Kind integer(long min, long max) {
    return new IntegerBetween(min, max);
  }

  static Kind choice(String... values) {
    return new Choice(List.of(values));
  }

  /** Says what is wrong with {@code value}: what it must be. */
  Optional<String> fault(String value);

  /** Returns the value as it is kept. */
  default String normal(String value) {
    return value;
  }

  /** Returns the value as it may be shown. */
  default String shown(String value) {
    return value;
  }

  private static Optional<String> unless(boolean holds, String fault) {
    return holds ? Optional.empty() : Optional.of(fault);
  }

  /** Any text that is not empty. */
  record Text() implements Kind {
    @Override
    public Optional<String> fault(String value) {
      return unless(!value.isEmpty(), "must not be empty");
    }
  }

  /** A file, or nothing. */
  record File() implements Kind {
    @Override
    public Optional<String> fault(String value) {
      return unless(
          value.isEmpty() || new java.io.File(value).canRead(), "must be a file that can be read");
    }
  }

  /** Any text, which is not shown. */
  record Password() implements Kind {
    @Override
    public Optional<String> fault(String value) {
      return Optional.empty();
    }

    @Override
    public String shown(String value) {
      return value.isEmpty() ? value : "***";
    }
  }

  /** The address of a Redis server, which may hold a password. */
  record Url() implements Kind {
    @Override
    public Optional<String> fault(String value) {
      try {
        URI uri = new URI(value);
        boolean redis = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
        return unless(
            redis && uri.getHost() != null, "must be redis://HOST:PORT/DATABASE (or rediss://)");
      } catch (URISyntaxException e) {
        return Optional.of("must be a URL");
      }
    }

    /** Hides the password, and in what is no URL all that could hold one. */
    @Override
    public String shown(String value) {
      String hidden = value.replaceFirst("(?s)(://[^:@]*:).*@", "$1***@");
      return hidden.equals(value) && value.contains("@") ? "***" : hidden;
    }
  }

  /** Secrets, or nothing; never shown. */
  record Secrets() implements Kind {
    @Override
    public Optional<String> fault(String value) {
      return value.isEmpty() ? Optional.empty() : new Parsed(SigningKeys::parse).fault(value);
    }

    @Override
    public String shown(String value) {
      return value.isEmpty() ? "" : "***";
    }
  }

  /**
   * What a parser takes, which throws an {@link IllegalArgumentException} that says what it must
   * be.
   */
  record Parsed(Function<String, ?> parser) implements Kind {
    @Override
    public Optional<String> fault(String value) {
      try {
        var unused = parser.apply(value);
        return Optional.empty();
      } catch (IllegalArgumentException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
  }

  /** A room's name, or nothing. */
  record RoomName() implements Kind {
    private static final int MAX_LENGTH = 50;

    @Override
    public Optional<String> fault(String value) {
      return unless(
          Names.length(value) <= MAX_LENGTH && !Names.hasControl(value),
          "must be at most " + MAX_LENGTH + " characters without control characters");
    }

    @Override
    public String normal(String value) {
      return Names.trim(value);
    }
  }

  /** A whole number. */
  record IntegerBetween(long min, long max) implements Kind {
    @Override
    public Optional<String> fault(String value) {
      String range =
          max == Integer.MAX_VALUE
              ? "must be an integer of at least " + min
              : "must be an integer from " + min + " to " + max;
      try {
        long number = Long.parseLong(value);
        return unless(number >= min && number <= max, range);
      } catch (NumberFormatException e) {
        return Optional.of(range);
      }
    }
  }

  /** A port, or nothing. */
  record OptionalPort() implements Kind {
    @Override
    public Optional<String> fault(String value) {
      return value.isEmpty()
          ? Optional.empty()
          : integer(0, 65535).fault(value).map(fault -> "must be empty or a port");
    }
  }

  /** A number of bytes, or nothing for what the machine allows. */
  record Bytes() implements Kind {
    private static final long MIN = 1024 * 1024;

    @Override
    public Optional<String> fault(String value) {
      return value.isEmpty()
          ? Optional.empty()
          : integer(MIN, Long.MAX_VALUE)
              .fault(value)
              .map(fault -> "must be empty or at least " + MIN + " bytes");
    }
  }

  /** A time in seconds, with a fraction if one likes. */
  record Seconds() implements Kind {
    private static final BigDecimal MAX = BigDecimal.valueOf(100L * 365 * 24 * 3600);

    @Override
    public Optional<String> fault(String value) {
      try {
        BigDecimal seconds = new BigDecimal(value);
        return unless(
            seconds.signum() > 0 && seconds.compareTo(MAX) <= 0 && seconds.scale() <= 9,
            "must be a number of seconds greater than 0");
      } catch (NumberFormatException e) {
        return Optional.of("must be a number of seconds");
      }
    }
  }

  /** One of a few words, in any case. */
  record Choice(List<String> values) implements Kind {
    @Override
    public Optional<String> fault(String value) {
      return unless(values.contains(normal(value)), "must be one of " + String.join(", ", values));
    }

    @Override
    public String normal(String value) {
      return values.stream()
          .filter(
              choice ->
                  choice.equals(value.toLowerCase(Locale.ROOT))
                      || choice.equals(value.toUpperCase(Locale.ROOT)))
          .findFirst()
          .orElse(value);
    }
  }
}
