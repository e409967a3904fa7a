package agentcore.core;

import static java.util.stream.Collectors.toUnmodifiableSet;

import agentcore.core.backend.TokenBuckets;
import agentcore.core.consumer.Consumer;
import agentcore.core.dispatch.Dispatcher;
import agentcore.core.dispatch.LoggingMiddleware;
import agentcore.core.dispatch.RateLimitMiddleware;
import agentcore.core.dispatch.SharedBuckets;
import agentcore.core.dispatch.Timers;
import agentcore.core.dispatch.ValidationMiddleware;
import agentcore.core.group.ConnectionManager;
import agentcore.core.middleware.Middleware;
import agentcore.core.serializer.Serializer;
import agentcore.core.transport.Listener.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The consumers of a server by their paths, and the middleware in front of them. */
final class Endpoints {
  private static final String USER_ID = "{user_id}";

  private final Config config;
  private final Serializer serializer;
  private final Map<String, Consumer> consumers = new LinkedHashMap<>();
  private final List<Middleware> ownMiddleware = new ArrayList<>();

  Endpoints(Config config, Serializer serializer) {
    this.config = config;
    this.serializer = serializer;
  }

  /** Adds a consumer, as {@link AgentCore#endpoint} says. */
  void add(String path, Consumer consumer) {
    if (!path.startsWith("/") || !path.endsWith("/" + USER_ID)) {
      throw new IllegalArgumentException("a path must begin with / and end with /" + USER_ID);
    }
    String prefix = path.substring(0, path.length() - USER_ID.length());
    if (consumers.putIfAbsent(prefix, consumer) != null) {
      throw new IllegalArgumentException("this path already has a consumer: " + path);
    }
  }

  void use(Middleware more) {
    ownMiddleware.add(more);
  }

  /** Returns the endpoints; the backend must be started. */
  List<Endpoint> create(ConnectionManager manager, Timers timers) {
    List<Middleware> middleware = standardMiddleware(manager);
    middleware.addAll(ownMiddleware);
    SharedBuckets buckets = new SharedBuckets(manager.backend().tokens(), System::nanoTime);
    return consumers.entrySet().stream()
        .map(
            each ->
                new Endpoint(
                    each.getKey(),
                    new Dispatcher(
                        each.getValue(), middleware, serializer, manager, timers, buckets)))
        .toList();
  }

  /** Returns the middleware that every server has, in its order. */
  private List<Middleware> standardMiddleware(ConnectionManager manager) {
    List<Middleware> standard = new ArrayList<>();
    standard.add(new LoggingMiddleware());
    int messages = config.integer(Setting.RATE_LIMIT_MESSAGES);
    if (messages > 0) {
      double seconds = config.seconds(Setting.RATE_LIMIT_WINDOW).toNanos() / 1e9;
      TokenBuckets.Rate rate =
          new TokenBuckets.Rate(config.integer(Setting.RATE_LIMIT_BURST), messages / seconds);
      Set<String> cheapTypes =
          consumers.values().stream()
              .flatMap(consumer -> consumer.cheapTypes().stream())
              .collect(toUnmodifiableSet());
      standard.add(
          new RateLimitMiddleware(
              manager.backend().tokens(), rate, cheapTypes, System::nanoTime, manager.metrics()));
    }
    standard.add(new ValidationMiddleware());
    return standard;
  }
}
