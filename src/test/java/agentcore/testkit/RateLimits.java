package agentcore.testkit;

import java.util.HashMap;
import java.util.Map;

/** Settings of the rate limits. */
public final class RateLimits {
  private static final Map<String, String> NONE =
      Map.of(
          "RATE_LIMIT_MESSAGES", "0",
          "PRIVATE_RATE_LIMIT", "0",
          "PRIVATE_RATE_LIMIT_TARGET", "0",
          "PRIVATE_RATE_LIMIT_TOTAL", "0");

  private RateLimits() {}

  /** Returns the settings and those of a server without rate limits. */
  public static Map<String, String> none(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(NONE);
    return Map.copyOf(all);
  }
}
