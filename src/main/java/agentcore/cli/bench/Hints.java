package agentcore.cli.bench;

import java.util.Map;

/** Suggests what to change when a server refuses connections or messages. */
final class Hints {
  private static final Map<String, String> HINTS =
      Map.of(
          "RATE_LIMIT_EXCEEDED", "start the server with RATE_LIMIT_MESSAGES=0",
          "1008", "start the server with RATE_LIMIT_MESSAGES=0",
          "LIMIT_EXCEEDED", "raise the server's MAX_ROOMS",
          "1013", "raise the server's MAX_TOTAL_CONNECTIONS, or check its store",
          "4401", "pass the server's AUTH_SECRET as --token-secret",
          "4408", "it was read too slowly; raise the server's SEND_QUEUE_BYTES",
          "4409", "raise the server's MAX_CONNECTIONS_PER_CLIENT",
          "PKIX path building failed",
              "name a trust store in JAVA_OPTS: -Djavax.net.ssl.trustStore=FILE",
          "Too many open files", "raise the limit with ulimit -n",
          "Cannot assign requested address",
              "add local addresses with --source, each has its own ports");

  private Hints() {}

  /** Returns {@code reason}, followed by a suggestion in brackets if there is one. */
  static String addTo(String reason) {
    return HINTS.entrySet().stream()
        .filter(hint -> reason.matches("(?s)(.*\\W)?" + hint.getKey() + "(\\W.*)?"))
        .findFirst()
        .map(hint -> reason + " (" + hint.getValue() + ")")
        .orElse(reason);
  }
}
