package agentcore.cli.api;

import agentcore.cli.common.Arguments;
import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
import agentcore.core.Config;
import agentcore.core.ConfigException;
import agentcore.core.Setting;
import agentcore.example.ApiKeys;
import agentcore.example.ChatSetting;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the API is, and the key for it. What the flags do not say comes from the environment, and
 * then from the settings of the server on this machine.
 *
 * @param base scheme, host and port, and the path of a proxy if there is one
 * @param secret of the key
 */
record ApiAccess(String base, String secret) {
  private static final String URL = "--url";
  private static final String KEY_FILE = "--key-file";
  private static final String KEY_VARIABLE = "AGENTCORE_API_KEY";
  private static final Set<String> FLAGS = Set.of(URL, KEY_FILE, Arguments.CONFIG);

  /** The help for these flags, and for {@code --json}. */
  static final String HELP =
      """
        --url URL        the server, such as https://chat.example.com [the one on this machine,
                         according to HOST, PORT and TLS_KEYSTORE in its settings]. With https Java
                         must trust its certificate (JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE)
        --key-file FILE  a file with the secret of a key of the API [AGENTCORE_API_KEY of the
                         environment; else the first key in API_KEYS that permits the command]
        --config FILE    the settings of the server [config.properties]
        --json           print the answer of the server as a line of JSON

      There is no flag for the secret itself: all users of a machine can see the arguments of a
      command, for example with ps.
      """;

  /** The values of HOST that stand for all addresses of the machine. */
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  /** Returns the flags of a command: these, and its own. */
  static Set<String> with(Set<String> own) {
    Set<String> all = new HashSet<>(FLAGS);
    all.addAll(own);
    return all;
  }

  /** Reads the access that a command needs for requests of a scope. */
  static ApiAccess of(Flags flags, Map<String, String> environment, ApiKeys.Scope scope)
      throws UsageException, ConfigException {
    Optional<String> url = flags.get(URL);
    Optional<String> given = givenSecret(flags, environment);
    if (url.isPresent() && given.isPresent()) { // the settings of this machine do not matter
      return new ApiAccess(base(url.get()), given.get());
    }
    Config config = new Arguments(flags).load(environment);
    String base = url.isPresent() ? base(url.get()) : base(config);
    return new ApiAccess(base, given.isPresent() ? given.get() : secret(config, scope));
  }

  private static Optional<String> givenSecret(Flags flags, Map<String, String> environment)
      throws UsageException {
    Optional<String> file = flags.get(KEY_FILE);
    if (file.isPresent()) {
      return Optional.of(checked(read(file.get()), KEY_FILE));
    }
    String value = environment.getOrDefault(KEY_VARIABLE, "").strip();
    return value.isEmpty() ? Optional.empty() : Optional.of(checked(value, KEY_VARIABLE));
  }

  private static String read(String file) throws UsageException {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("cannot read the key from " + file + ": " + e.getMessage());
    }
  }

  private static String secret(Config config, ApiKeys.Scope scope) throws UsageException {
    String keys = config.text(ChatSetting.API_KEYS);
    if (keys.isEmpty()) {
      throw new UsageException(
          "no key: set " + KEY_VARIABLE + " or " + KEY_FILE + ", or API_KEYS in the settings");
    }
    Optional<String> secret = ApiKeys.firstSecret(keys, scope);
    if (secret.isEmpty()) {
      throw new UsageException("no key in API_KEYS has the scope " + scope.word());
    }
    return checked(secret.get(), "API_KEYS");
  }

  private static String checked(String secret, String source) throws UsageException {
    if (!secret.matches("[ -~]+")) {
      throw new UsageException(
          source + ": the key is empty, or has characters that a header cannot carry");
    }
    return secret;
  }

  /** Accepts the scheme of a WebSocket, too: the server prints its address with one. */
  private static String base(String url) throws UsageException {
    URI uri;
    try {
      uri = new URI(url.strip().replaceFirst("^ws(s?)://", "http$1://"));
    } catch (URISyntaxException e) {
      throw new UsageException("--url is not a URL: " + url);
    }
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw new UsageException("--url must begin with http:// or https://: " + url);
    }
    if (uri.getHost() == null) {
      throw new UsageException("--url has no host that Java accepts: " + url);
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getFragment() != null) {
      throw new UsageException("--url must have a host, a port and a path only");
    }
    String path = uri.getRawPath().replaceFirst("/+$", "");
    return uri.getScheme() + "://" + uri.getRawAuthority() + path;
  }

  private static String base(Config config) throws UsageException {
    String port = config.text(Setting.PORT);
    if (port.equals("0")) {
      throw new UsageException("--url is missing: with PORT=0 the port is not known");
    }
    String scheme = config.text(Setting.TLS_KEYSTORE).isEmpty() ? "http" : "https";
    String host = config.text(Setting.HOST);
    String local = WILDCARDS.contains(host) ? "127.0.0.1" : host;
    return scheme + "://" + (local.contains(":") ? '[' + local + ']' : local) + ':' + port;
  }

  /** Omits the secret. */
  @Override
  public String toString() {
    return base;
  }
}
