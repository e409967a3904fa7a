package agentcore.cli.bench;

import java.util.Map;

/** What to change where a server refuses to be measured. */
final class Hints {
  private static final Map<String, String> HINTS =
      Map.of(
          "RATE_LIMIT_EXCEEDED", "start the server with RATE_LIMIT_MESSAGES=0",
          "1008", "start the server with RATE_LIMIT_MESSAGES=0",
          "LIMIT_EXCEEDED", "raise the server's MAX_ROOMS",
          "1013", "raise the server's MAX_TOTAL_CONNECTIONS",
          "4401", "give the server's AUTH_SECRET as --token-secret",
          "4408", "it was read too slowly; the server's SEND_QUEUE_BYTES is the limit",
          "4409", "raise the server's MAX_CONNECTIONS_PER_CLIENT",
          "Too many open files", "raise the limit with ulimit -n",
          "Cannot assign requested address", "--source adds addresses, each with ports of its own");

  private Hints() {}

  /** Returns {@code reason} with what may help behind it, where anything is known to. */
  static String with(String reason) {
    return HINTS.entrySet().stream()
        .filter(hint -> reason.matches("(?s)(.*\\W)?" + hint.getKey() + "(\\W.*)?"))
        .findFirst()
        .map(hint -> reason + " (" + hint.getValue() + ")")
        .orElse(reason);
  }
}
