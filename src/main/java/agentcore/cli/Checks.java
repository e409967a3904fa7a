package agentcore.cli;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.RedisBackend;
import agentcore.core.socket.Tls;
import agentcore.example.ChatSetting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds problems that appear only when the settings are used: an unknown host, an expired
 * certificate, a Redis that does not respond. Skips settings with invalid values.
 */
final class Checks {
  private static final Pattern COMMENT = Pattern.compile("\\s#");
  private static final Pattern QUOTED = Pattern.compile("(?s)([\"']).*\\1");
  private static final Duration SOON = Duration.ofDays(14);

  private final Config config;
  private final Clock clock;
  private final List<String> errors = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<String> store = new ArrayList<>();

  /**
   * Checks the settings.
   *
   * @param isTeam whether the server creates its secret if there is none
   */
  Checks(Config config, Clock clock, boolean isTeam) {
    this.config = config;
    this.clock = clock;
    for (Setting setting : ChatSetting.all()) {
      checkText(setting);
    }
    checkHost(isTeam);
    checkAdminPort();
    checkKeystore();
    checkStore();
  }

  /** Returns the errors, which keep the server from working. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  /** Returns what the shared store consists of; empty if there is none. */
  List<String> store() {
    return List.copyOf(store);
  }

  /** Returns the warnings about settings that are probably unintended. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Warns of characters that were probably meant for a shell or as a comment. */
  private void checkText(Setting setting) {
    String text = config.text(setting);
    if (config.fault(setting).isPresent()) {
      return;
    }
    if (COMMENT.matcher(text).find()) {
      warnings.add(
          setting + " contains white space and #, which does not begin a comment in this value");
    }
    if (QUOTED.matcher(text).matches()) {
      warnings.add(setting + " is in quotes, which are part of the value");
    }
    if (!text.strip().equals(text)) {
      warnings.add(setting + " begins or ends with white space, which is part of the value");
    }
  }

  private void checkHost(boolean isTeam) {
    boolean isOpen = address(Setting.HOST).filter(host -> !host.isLoopbackAddress()).isPresent();
    if (isOpen && !isTeam && config.text(Setting.AUTH_SECRET).isEmpty()) {
      warnings.add(
          "HOST="
              + config.text(Setting.HOST)
              + " without AUTH_SECRET: anyone who can reach this port can connect as any user");
    }
  }

  private Optional<InetAddress> address(Setting setting) {
    if (config.fault(setting).isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(config.text(setting)));
    } catch (UnknownHostException e) {
      errors.add(setting + "=" + config.text(setting) + ": unknown host");
      return Optional.empty();
    }
  }

  private void checkAdminPort() {
    String port = config.text(Setting.ADMIN_PORT);
    if (port.isEmpty()) {
      return;
    }
    if (port.equals(config.text(Setting.PORT)) && !port.equals("0")) {
      errors.add("ADMIN_PORT=" + port + " is the same as PORT");
    }
    var unused = address(Setting.ADMIN_HOST);
  }

  private void checkKeystore() {
    String file = config.text(Setting.TLS_KEYSTORE);
    if (file.isEmpty() || config.fault(Setting.TLS_KEYSTORE).isPresent()) {
      return;
    }
    try {
      var unused = new Tls(Path.of(file), config.text(Setting.TLS_PASSWORD));
      firstExpiry(Path.of(file), config.text(Setting.TLS_PASSWORD))
          .ifPresent(end -> checkExpiry(file, end));
    } catch (IOException | GeneralSecurityException e) {
      errors.add("TLS_KEYSTORE: " + e.getMessage());
    }
  }

  private void checkExpiry(String file, Instant end) {
    if (end.isBefore(clock.instant())) {
      errors.add("TLS_KEYSTORE=" + file + ": a certificate in it expired at " + end);
    } else if (end.isBefore(clock.instant().plus(SOON))) {
      warnings.add("TLS_KEYSTORE=" + file + ": a certificate in it expires at " + end);
    }
  }

  /** Returns when the first certificate of a key in the file expires. */
  private static Optional<Instant> firstExpiry(Path file, String password)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance(file.toFile(), password.toCharArray());
    List<Instant> ends = new ArrayList<>();
    for (String alias : Collections.list(keys.aliases())) {
      if (keys.getCertificate(alias) instanceof X509Certificate certificate) {
        ends.add(certificate.getNotAfter().toInstant());
      }
    }
    return ends.stream().min(Instant::compareTo);
  }

  private void checkStore() {
    String url = config.text(Setting.REDIS_URL);
    if (config.fault(Setting.REDIS_URL).isPresent()) {
      return;
    }
    if (config.text(Setting.BACKEND_TYPE).equals("redis")) {
      try {
        store.addAll(RedisBackend.check(url, config.text(Setting.REDIS_CHANNEL_PREFIX)));
      } catch (BackendException e) {
        errors.add("REDIS_URL: " + e.getMessage());
      }
    } else if (!url.equals(Setting.REDIS_URL.defaultValue())) {
      warnings.add("REDIS_URL is set, but BACKEND_TYPE=memory: Redis is not used");
    }
  }
}
