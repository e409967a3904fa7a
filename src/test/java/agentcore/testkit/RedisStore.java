package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.redis.QuickRedis;
import agentcore.core.backend.redis.RedisBackend;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** A key prefix in Redis that belongs to one test. Each server may use a Redis URL of its own. */
public final class RedisStore implements SharedStore {
  private final List<String> urls;
  private final Config config;
  private final Maker maker;
  private final String prefix = "test-" + UUID.randomUUID() + ":";
  private Optional<Backend> observer = Optional.empty();
  private int backends;

  /** Creates the backend of a server. */
  @FunctionalInterface
  private interface Maker {
    Backend make(String url, String prefix, BackendLimits limits);
  }

  private RedisStore(List<String> urls, Config config, Maker maker) {
    this.urls = urls;
    this.config = config;
    this.maker = maker;
  }

  /**
   * Returns a factory of stores on the Redis behind these ports of 127.0.0.1. The first server uses
   * the first port, and so on; all further servers use the last one.
   */
  public static Factory on(int... ports) {
    List<String> urls = urls(ports);
    return config -> new RedisStore(urls, config, RedisBackend::new);
  }

  /**
   * Like {@link #on}, for servers that declare a silent server dead after {@link QuickRedis#LEASE}.
   */
  public static Factory quick(int... ports) {
    List<String> urls = urls(ports);
    return config -> new RedisStore(urls, config, QuickRedis::backend);
  }

  /** Returns a factory of stores at a URL. */
  public static Factory at(String url) {
    return config -> new RedisStore(List.of(url), config, RedisBackend::new);
  }

  private static List<String> urls(int... ports) {
    return IntStream.of(ports).mapToObj(RedisStore::url).toList();
  }

  /** Returns the URL of database 0 behind a port of 127.0.0.1. */
  public static String url(int port) {
    return "redis://127.0.0.1:" + port + "/0";
  }

  @Override
  public Backend backend() {
    return maker.make(nextUrl(), prefix, config.backendLimits());
  }

  private String nextUrl() {
    return urls.get(Math.min(backends++, urls.size() - 1));
  }

  @Override
  public Config addTo(Config server) {
    return server
        .with(Setting.BACKEND_TYPE, "redis")
        .with(Setting.REDIS_URL, nextUrl())
        .with(Setting.REDIS_CHANNEL_PREFIX, prefix);
  }

  @Override
  public Backend observer() {
    if (observer.isEmpty()) {
      Backend backend = new RedisBackend(urls.getFirst(), prefix, config.backendLimits());
      backend.start();
      observer = Optional.of(backend);
    }
    return observer.get();
  }

  @Override
  public void close() {
    observer.ifPresent(Backend::close);
  }
}
