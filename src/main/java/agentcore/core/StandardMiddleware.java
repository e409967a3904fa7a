package agentcore.core;

import agentcore.core.backend.TokenBuckets;
import agentcore.core.dispatch.LoggingMiddleware;
import agentcore.core.dispatch.RateLimitMiddleware;
import agentcore.core.dispatch.ValidationMiddleware;
import agentcore.core.metrics.Metrics;
import agentcore.core.middleware.Middleware;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The middleware that every server has, in its order. */
final class StandardMiddleware {
  private static final Set<String> CHEAP_TYPES =
      Set.of("ping", "pong", "typing_start", "typing_stop");

  private StandardMiddleware() {}

  static List<Middleware> of(Config config, TokenBuckets tokens, Metrics metrics) {
    List<Middleware> standard = new ArrayList<>();
    standard.add(new LoggingMiddleware());
    int messages = config.integer(Setting.RATE_LIMIT_MESSAGES);
    if (messages > 0) {
      double seconds = config.seconds(Setting.RATE_LIMIT_WINDOW).toNanos() / 1e9;
      TokenBuckets.Rate rate =
          new TokenBuckets.Rate(config.integer(Setting.RATE_LIMIT_BURST), messages / seconds);
      standard.add(new RateLimitMiddleware(tokens, rate, CHEAP_TYPES, System::nanoTime, metrics));
    }
    standard.add(new ValidationMiddleware());
    return standard;
  }
}
