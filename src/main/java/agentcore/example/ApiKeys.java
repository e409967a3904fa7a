package agentcore.example;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of the HTTP API and their scopes. */
public final class ApiKeys {
  /** A header holds ASCII only. */
  private static final Pattern SECRET = Pattern.compile("[ -~]{32,}");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");
  private static final String RULE =
      "must be NAME:SECRET or NAME:SECRET:SCOPE, separated by commas: a name of up to 32 letters,"
          + " digits, - and _, a secret of at least 32 ASCII characters, and publish, read or manage";

  private final List<Key> keys;

  /** What a key permits. */
  public enum Scope {
    /** To send messages to rooms and users. */
    PUBLISH,
    /** To read rooms, members, messages, the state of users and that of the server. */
    READ,
    /** To create and delete rooms, and to remove and disconnect users. */
    MANAGE;

    /** Returns its name in API_KEYS. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One key. The secret is kept as a digest, so that all comparisons take the same time.
   *
   * @param scope its only scope; empty if it has all
   */
  private record Key(String name, byte[] digest, Optional<Scope> scope) {
    boolean permits(Scope asked) {
      return scope.isEmpty() || scope.get() == asked;
    }
  }

  /**
   * The key that a request proved.
   *
   * @param name in logs
   * @param scopes the scopes that it has
   */
  public record Caller(String name, List<Scope> scopes) {}

  private ApiKeys(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads keys.
   *
   * @throws IllegalArgumentException if one is malformed; the message contains no secret
   */
  public static ApiKeys parse(String list) {
    List<Key> keys = new ArrayList<>();
    for (String entry : list.split(",", -1)) {
      String[] parts = entry.strip().split(":", -1);
      if (parts.length < 2
          || parts.length > 3
          || !NAME.matcher(parts[0]).matches()
          || !SECRET.matcher(parts[1]).matches()) {
        throw new IllegalArgumentException(RULE);
      }
      Optional<Scope> scope = parts.length == 3 ? Optional.of(scope(parts[2])) : Optional.empty();
      keys.add(new Key(parts[0], digest(parts[1]), scope));
    }
    return new ApiKeys(keys);
  }

  /**
   * Returns the secret of the first key in a list that permits something, for a program that calls
   * the API itself.
   */
  public static Optional<String> firstSecret(String list, Scope scope) {
    List<Key> keys = parse(list).keys;
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).permits(scope)) {
        return Optional.of(list.split(",", -1)[i].strip().split(":", -1)[1]);
      }
    }
    return Optional.empty();
  }

  private static Scope scope(String word) {
    return Arrays.stream(Scope.values())
        .filter(scope -> scope.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(RULE));
  }

  /** Finds the key with a secret. Every key is compared, in constant time. */
  public Optional<Caller> find(String secret) {
    byte[] digest = digest(secret);
    Optional<Caller> found = Optional.empty();
    for (Key key : keys) {
      if (MessageDigest.isEqual(digest, key.digest())) {
        found = Optional.of(new Caller(key.name(), scopes(key)));
      }
    }
    return found;
  }

  private static List<Scope> scopes(Key key) {
    return key.scope().map(List::of).orElse(List.of(Scope.values()));
  }

  private static byte[] digest(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
