package agentcore.core.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The three ways in which a token travels with the request for a WebSocket. */
final class Credentials {
  /** What the server answers where a client offers it: some send a token as its neighbour. */
  static final String SUBPROTOCOL = "agentcore";

  private static final String SUBPROTOCOL_PREFIX = "bearer.";
  private static final String PARAMETER = "token";

  private Credentials() {}

  /** Returns every token of a request; one is right. */
  static List<String> tokens(HttpRequest request) {
    List<String> tokens = new ArrayList<>();
    request.bearerToken().ifPresent(tokens::add);
    for (String offered : request.list("sec-websocket-protocol")) {
      if (offered.startsWith(SUBPROTOCOL_PREFIX)) {
        tokens.add(offered.substring(SUBPROTOCOL_PREFIX.length()));
      }
    }
    String parameter = request.parameters().get(PARAMETER);
    if (parameter != null) {
      tokens.add(parameter);
    }
    tokens.removeIf(String::isEmpty);
    return tokens;
  }

  /** Returns the parameters that are none: whoever gets them may write them to a log. */
  static Map<String, String> otherParameters(HttpRequest request) {
    Map<String, String> others = new HashMap<>(request.parameters());
    others.remove(PARAMETER);
    return others;
  }
}
