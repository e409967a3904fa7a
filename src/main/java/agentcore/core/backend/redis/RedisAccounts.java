package agentcore.core.backend.redis;

import agentcore.core.backend.Accounts;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import redis.clients.jedis.Protocol.Command;

/** The sets of the users, each a hash. */
final class RedisAccounts implements Accounts {
  private final Router router;
  private final Keys keys;
  private final long ttlMillis;

  RedisAccounts(Router router, Keys keys, Duration ttl) {
    this.router = router;
    this.keys = keys;
    this.ttlMillis = ttl.toMillis();
  }

  @Override
  public List<Map<String, String>> read(String user, List<String> sets) {
    List<String> names = sets.stream().map(set -> key(user, set)).toList();
    return Reply.list(router.call(Scripts.SETS, names, ttlMillis)).stream()
        .map(Reply::map)
        .toList();
  }

  @Override
  public Optional<String> find(String user, String set, String name) {
    return submitFind(user, set, name).get();
  }

  @Override
  public Supplier<Optional<String>> submitFind(String user, String set, String name) {
    CompletableFuture<Object> reply = router.submit(Command.HGET, key(user, set), name);
    return () -> Optional.ofNullable(Reply.await(reply)).map(Reply::text);
  }

  @Override
  public SetResult set(
      String user,
      String set,
      String name,
      Optional<String> expected,
      String value,
      int max,
      Optional<Notice> announcement) {
    String key = key(user, set);
    Object reply =
        router.call(
            Scripts.SET,
            List.of(key),
            name,
            expected.isPresent() ? "1" : "0",
            expected.orElse(""),
            value,
            max,
            ttlMillis,
            channel(user),
            Subscriptions.message(announcement),
            router.primary(key).commands().clock().deadlineMillis());
    return SetResult.valueOf(Reply.text(Reply.inTime(reply)));
  }

  @Override
  public boolean remove(String user, String set, String name, Optional<Notice> announcement) {
    return router
        .call(
            Scripts.UNSET,
            List.of(key(user, set)),
            name,
            ttlMillis,
            channel(user),
            Subscriptions.message(announcement))
        .equals(1L);
  }

  private String key(String user, String set) {
    return keys.set(GroupId.user(user), set);
  }

  private String channel(String user) {
    return keys.channel(GroupId.user(user));
  }
}
