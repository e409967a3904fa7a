package agentcore.core;

import static java.util.stream.Collectors.toUnmodifiableSet;

import agentcore.core.backend.TokenBuckets;
import agentcore.core.consumer.Consumer;
import agentcore.core.dispatch.LoggingMiddleware;
import agentcore.core.dispatch.RateLimitMiddleware;
import agentcore.core.dispatch.ValidationMiddleware;
import agentcore.core.metrics.Metrics;
import agentcore.core.middleware.Middleware;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The middleware that every server has, in its order. */
final class StandardMiddleware {
  private StandardMiddleware() {}

  static List<Middleware> of(
      Config config, TokenBuckets tokens, Collection<Consumer> consumers, Metrics metrics) {
    List<Middleware> standard = new ArrayList<>();
    standard.add(new LoggingMiddleware());
    int messages = config.integer(Setting.RATE_LIMIT_MESSAGES);
    if (messages > 0) {
      double seconds = config.seconds(Setting.RATE_LIMIT_WINDOW).toNanos() / 1e9;
      TokenBuckets.Rate rate =
          new TokenBuckets.Rate(config.integer(Setting.RATE_LIMIT_BURST), messages / seconds);
      Set<String> cheapTypes =
          consumers.stream()
              .flatMap(consumer -> consumer.cheapTypes().stream())
              .collect(toUnmodifiableSet());
      standard.add(new RateLimitMiddleware(tokens, rate, cheapTypes, System::nanoTime, metrics));
    }
    standard.add(new ValidationMiddleware());
    return standard;
  }
}
