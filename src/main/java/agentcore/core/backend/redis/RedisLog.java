package agentcore.core.backend.redis;

import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Draft;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Log.ReadMarks;
import agentcore.core.backend.Log.Unread;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Reply;
import agentcore.core.backend.redis.link.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.args.RawableFactory;

/** Logs in Redis: a stream with the entries, and a record with the position of the newest. */
final class RedisLog implements Log {
  /** The entries that one call fetches for a history, at most. */
  private static final int PAGE_ENTRIES = 128;

  /** How much longer a record lives than its log and request ids, so that seq continues. */
  private static final Duration RECORD_MARGIN = Duration.ofHours(1);

  private static final Rawable NONE = RawableFactory.from(0);

  private final Router router;
  private final Keys keys;
  private final Subscriptions subscriptions;

  // Arguments that never change are encoded once: queued commands can fill the memory.
  private final Rawable idempotencyMillis;
  private final Kept ofRooms;
  private final Kept ofUsers;

  /** How much of a log is kept, as arguments. */
  private record Kept(Rawable entries, Rawable logMillis, Rawable recordMillis) {
    static Kept of(BackendLimits limits, GroupId.Kind kind) {
      BackendLimits.Retention retention = limits.retention(kind);
      boolean logIsLonger = retention.ttl().compareTo(limits.idempotencyTtl()) > 0;
      Duration longer = logIsLonger ? retention.ttl() : limits.idempotencyTtl();
      return new Kept(
          RawableFactory.from(retention.entries()),
          millis(retention.ttl()),
          millis(longer.plus(RECORD_MARGIN)));
    }
  }

  private volatile Script publish = Scripts.PUBLISH;

  RedisLog(Router router, Keys keys, Subscriptions subscriptions, BackendLimits limits) {
    this.router = router;
    this.keys = keys;
    this.subscriptions = subscriptions;
    this.idempotencyMillis = millis(limits.idempotencyTtl());
    this.ofRooms = Kept.of(limits, GroupId.Kind.ROOM);
    this.ofUsers = Kept.of(limits, GroupId.Kind.USER);
  }

  private Kept keptOf(GroupId group) {
    return group.kind() == GroupId.Kind.USER ? ofUsers : ofRooms;
  }

  /**
   * Publishes under a script that no other living server uses, so that none of them loads it and
   * the order of entries holds when Redis forgets its scripts (see {@code Call.exchange}).
   */
  void useScriptOf(int server) {
    publish = Scripts.PUBLISH.named(keys.prefix() + server);
  }

  @Override
  public Position open(GroupId group, Position known) {
    List<?> reply =
        Reply.list(
            router.call(
                Scripts.OPEN,
                List.of(keys.log(group), keys.record(group)),
                nonce(),
                keptOf(group).recordMillis(),
                known.epoch(),
                known.seq(),
                known.id(),
                keys.channel(group)));
    return position(reply, 0);
  }

  @Override
  public Supplier<PublishResult> submit(
      GroupId group, Position known, Draft draft, Optional<IdempotencyKey> key) {
    long submittedNanos = System.nanoTime();
    String logKey = keys.log(group);
    Kept kept = keptOf(group);
    CommandLink link = router.primary(logKey).commands();
    CompletableFuture<Object> reply =
        router.submit(
            publish,
            List.of(
                logKey,
                keys.record(group),
                key.map(k -> keys.idempotency(group, k)).orElse(keys.absent(group))),
            draft.id(),
            draft.utf8(),
            kept.entries(),
            kept.logMillis(),
            kept.recordMillis(),
            nonce(),
            keys.channel(group),
            known.epoch(),
            known.seq(),
            known.id(),
            key.isPresent() ? idempotencyMillis : NONE,
            key.map(IdempotencyKey::digest).orElse(""),
            link.clock().deadlineMillis(),
            draft.author(),
            draft.mentionLines(),
            draft.millis());
    Supplier<PublishResult> result = () -> result(Reply.awaitFrom(submittedNanos, reply));
    if (link.isCrowded()) { // slow this sender down before the queue is full for all
      PublishResult received = result.get();
      return () -> received;
    }
    return result;
  }

  private static PublishResult result(Object published) {
    List<?> reply = Reply.list(published);
    String outcome = Reply.text(Reply.inTime(reply.get(0)));
    return new PublishResult(PublishResult.Outcome.valueOf(outcome), position(reply, 1));
  }

  @Override
  public LogPage read(GroupId group, Position from, int limit, int maxBytes) {
    List<?> reply =
        Reply.list(
            router.call(
                Scripts.READ,
                List.of(keys.log(group), keys.record(group)),
                from.epoch(),
                from.seq(),
                from.id(),
                limit));
    LogPage.Status status = LogPage.Status.valueOf(Reply.text(reply.get(0)));
    Position top = position(reply, 1);
    if (status != LogPage.Status.OK) {
      return LogPage.broken(status, top);
    }
    List<Entry> entries = fitting(Reply.list(reply.get(4)), limit, maxBytes);
    long last = entries.isEmpty() ? from.seq() : entries.getLast().seq();
    return new LogPage(status, top, entries, last < top.seq());
  }

  /**
   * Reads page by page, so that {@code maxBytes} bounds what is fetched as well. Entries of earlier
   * epochs belong to the history.
   */
  @Override
  public LogPage history(GroupId group, long before, int limit, int maxBytes) {
    List<?> record = Reply.list(router.call(Command.HMGET, keys.record(group), "e", "s", "i"));
    Position top = record.get(0) == null ? Position.UNKNOWN : position(record, 0);
    List<Entry> newestFirst = new ArrayList<>();
    long bytes = 0;
    long end = before;
    boolean isLastPage = false;
    while (!isLastPage) {
      int count = Math.min(PAGE_ENTRIES, limit - newestFirst.size()) + 1; // one more tells the end
      List<?> rows = newestBefore(group, end, count);
      for (Object row : rows) {
        Entry entry = entry(Reply.list(row));
        bytes += Entry.wireBytes(entry.utf8().length);
        if (newestFirst.size() == limit || (bytes > maxBytes && !newestFirst.isEmpty())) {
          return new LogPage(LogPage.Status.OK, top, newestFirst.reversed(), true);
        }
        newestFirst.add(entry);
        end = entry.seq();
      }
      isLastPage = rows.size() < count;
    }
    return new LogPage(LogPage.Status.OK, top, newestFirst.reversed(), false);
  }

  private List<?> newestBefore(GroupId group, long before, int count) {
    String end = before == Long.MAX_VALUE ? "+" : "(" + before + "-0";
    return Reply.list(router.call(Command.XREVRANGE, keys.log(group), end, "-", "COUNT", count));
  }

  /** Returns the first entries, at most {@code limit}, that fit into {@code maxBytes}. */
  private static List<Entry> fitting(List<?> rows, int limit, int maxBytes) {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (Object row : rows) {
      Entry entry = entry(Reply.list(row));
      bytes += Entry.wireBytes(entry.utf8().length);
      if (entries.size() == limit || (bytes > maxBytes && !entries.isEmpty())) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  @Override
  public List<Unread> unread(String reader, List<ReadMarks> logs) {
    List<CompletableFuture<Object>> replies =
        logs.stream()
            .map(
                marks -> {
                  GroupId group = marks.group();
                  List<String> names = List.of(keys.log(group), keys.record(group));
                  return router.submit(Scripts.UNREAD, names, arguments(reader, marks));
                })
            .toList();
    return replies.stream().map(reply -> unread(Reply.list(Reply.await(reply)))).toList();
  }

  private static Object[] arguments(String reader, ReadMarks marks) {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of(reader, marks.read().epoch(), marks.read().seq()));
    marks
        .byAuthor()
        .forEach((author, read) -> arguments.addAll(List.of(author, read.epoch(), read.seq())));
    return arguments.toArray();
  }

  private static Unread unread(List<?> reply) {
    Map<String, Integer> byAuthor = new HashMap<>();
    for (int i = 5; i + 1 < reply.size(); i += 2) {
      byAuthor.put(Reply.text(reply.get(i)), Integer.valueOf(Reply.text(reply.get(i + 1))));
    }
    int mentions = Integer.parseInt(Reply.text(reply.get(3)));
    long lastMillis = Long.parseLong(Reply.text(reply.get(4)));
    return new Unread(position(reply, 0), byAuthor, mentions, lastMillis);
  }

  @Override
  public void subscribe(GroupId group, Subscriber subscriber) {
    subscriptions.subscribe(group, subscriber);
  }

  @Override
  public void unsubscribe(GroupId group, Subscriber subscriber) {
    subscriptions.unsubscribe(group, subscriber);
  }

  private static Entry entry(List<?> streamEntry) {
    String streamId = Reply.text(streamEntry.get(0));
    List<?> fields = Reply.list(streamEntry.get(1)); // i ID e EPOCH d TEXT and tags
    return new Entry(
        Reply.text(fields.get(3)),
        Long.parseLong(streamId.substring(0, streamId.indexOf('-'))),
        Reply.text(fields.get(1)),
        Reply.text(fields.get(5)));
  }

  /** Returns the position whose epoch, seq and id begin at a place of a reply. */
  static Position position(List<?> reply, int at) {
    return new Position(
        Reply.text(reply.get(at)),
        Long.parseLong(Reply.text(reply.get(at + 1))),
        Reply.text(reply.get(at + 2)));
  }

  private static Rawable millis(Duration duration) {
    return RawableFactory.from(duration.toMillis());
  }

  /** Makes epochs unique; not a secret. */
  private static String nonce() {
    return Integer.toHexString(ThreadLocalRandom.current().nextInt());
  }
}
