package agentcore.cli;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.RedisBackend;
import agentcore.core.transport.Tls;
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
 * What only shows when the settings are used: a host that is not there, a certificate that ends, a
 * store that does not answer. A setting whose value cannot be at all is left out.
 */
final class Checks {
  private static final Pattern COMMENT = Pattern.compile("\\s#");
  private static final Pattern QUOTED = Pattern.compile("(?s)([\"']).*\\1");
  private static final Duration SOON = Duration.ofDays(14);

  private final Config config;
  private final Clock clock;
  private final List<String> wrong = new ArrayList<>();
  private final List<String> odd = new ArrayList<>();

  Checks(Config config, Clock clock) {
    this.config = config;
    this.clock = clock;
    for (Setting setting : ChatSetting.all()) {
      checkText(setting);
    }
    checkHost();
    checkAdminPort();
    checkKeystore();
    checkStore();
  }

  /** Returns what keeps the server from working. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Returns what is probably not meant so. */
  List<String> odd() {
    return List.copyOf(odd);
  }

  /** Text that was most likely meant for the shell, or for a reader. */
  private void checkText(Setting setting) {
    String text = config.text(setting);
    if (config.fault(setting).isPresent()) {
      return;
    }
    if (COMMENT.matcher(text).find()) {
      odd.add(setting + " holds white space and #, which begins no comment in this value");
    }
    if (QUOTED.matcher(text).matches()) {
      odd.add(setting + " is in quotes, which are part of the value");
    }
    if (!text.strip().equals(text)) {
      odd.add(setting + " begins or ends with white space, which is part of the value");
    }
  }

  private void checkHost() {
    boolean isOpen = address(Setting.HOST).filter(host -> !host.isLoopbackAddress()).isPresent();
    if (isOpen && config.text(Setting.AUTH_SECRET).isEmpty()) {
      odd.add(
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
      wrong.add(setting + "=" + config.text(setting) + ": there is no such address");
      return Optional.empty();
    }
  }

  private void checkAdminPort() {
    String port = config.text(Setting.ADMIN_PORT);
    if (port.isEmpty()) {
      return;
    }
    if (port.equals(config.text(Setting.PORT)) && !port.equals("0")) {
      wrong.add("ADMIN_PORT=" + port + " is PORT too");
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
      firstEnd(Path.of(file), config.text(Setting.TLS_PASSWORD))
          .ifPresent(end -> checkEnd(file, end));
    } catch (IOException | GeneralSecurityException e) {
      wrong.add("TLS_KEYSTORE: " + e.getMessage());
    }
  }

  private void checkEnd(String file, Instant end) {
    if (end.isBefore(clock.instant())) {
      wrong.add("TLS_KEYSTORE=" + file + ": a certificate in it ended at " + end);
    } else if (end.isBefore(clock.instant().plus(SOON))) {
      odd.add("TLS_KEYSTORE=" + file + ": a certificate in it ends at " + end);
    }
  }

  /** Returns when the first certificate ends that a key in the file is shown with. */
  private static Optional<Instant> firstEnd(Path file, String password)
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
        RedisBackend.check(url, config.text(Setting.REDIS_CHANNEL_PREFIX));
      } catch (BackendException e) {
        wrong.add("REDIS_URL: " + e.getMessage());
      }
    } else if (!url.equals(Setting.REDIS_URL.defaultValue())) {
      odd.add("REDIS_URL is set, but BACKEND_TYPE=memory: Redis is not used");
    }
  }
}
