package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.PublishResult;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.Subscribers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.args.RawableFactory;

/** Logs in Redis: a stream for the messages, and a record that says where the log stands. */
final class RedisLog implements Log {
  /** A record outlives its log and the ids by so much, so that a numbering is not forgotten. */
  private static final Duration RECORD_MARGIN = Duration.ofHours(1);

  private static final Rawable NONE = RawableFactory.from(0);
  private static final int PAGE = 128;

  private final RedisLink link;
  private final RedisKeys keys;
  private final RedisSubscriber subscriber;
  private final RedisNews news;
  private final Subscribers subscriptions;
  private final ReentrantLock subscribing = new ReentrantLock();

  // Arguments that are the same each time, written once: what waits for Redis fills the memory.
  private final Rawable historySize;
  private final Rawable historyMillis;
  private final Rawable onceMillis;
  private final Rawable recordMillis;

  RedisLog(
      RedisLink link,
      RedisKeys keys,
      RedisSubscriber subscriber,
      RedisNews news,
      Subscribers subscriptions,
      BackendLimits limits) {
    this.link = link;
    this.keys = keys;
    this.subscriber = subscriber;
    this.news = news;
    this.subscriptions = subscriptions;
    this.historySize = RawableFactory.from(limits.historySize());
    this.historyMillis = millis(limits.historyTtl());
    this.onceMillis = millis(limits.idempotencyTtl());
    boolean logIsLonger = limits.historyTtl().compareTo(limits.idempotencyTtl()) > 0;
    Duration longer = logIsLonger ? limits.historyTtl() : limits.idempotencyTtl();
    this.recordMillis = millis(longer.plus(RECORD_MARGIN));
  }

  @Override
  public Position open(GroupId group, Position known) {
    List<?> reply =
        RedisReply.list(
            link.call(
                RedisScript.OPEN,
                List.of(keys.log(group), keys.record(group)),
                nonce(),
                recordMillis,
                known.epoch(),
                known.seq(),
                known.id()));
    return position(reply, 0);
  }

  @Override
  public PublishResult publish(
      GroupId group, Position known, String id, String text, Optional<IdempotencyKey> once) {
    return submit(group, known, id, text, once).get();
  }

  @Override
  public Supplier<PublishResult> submit(
      GroupId group, Position known, String id, String text, Optional<IdempotencyKey> once) {
    long submittedNanos = System.nanoTime();
    CompletableFuture<Object> reply =
        link.submit(
            RedisScript.PUBLISH,
            List.of(
                keys.log(group),
                keys.record(group),
                once.map(o -> keys.once(group, o)).orElse(keys.record(group))),
            id,
            text,
            historySize,
            historyMillis,
            recordMillis,
            nonce(),
            keys.channel(group),
            known.epoch(),
            known.seq(),
            known.id(),
            once.isPresent() ? onceMillis : NONE,
            once.map(IdempotencyKey::digest).orElse(""),
            link.deadlineMillis());
    Supplier<PublishResult> receipt = () -> receipt(RedisReply.awaitFrom(submittedNanos, reply));
    if (link.isCrowded()) { // who sends more than Redis takes is slowed, before all are refused
      PublishResult received = receipt.get();
      return () -> received;
    }
    return receipt;
  }

  private static PublishResult receipt(Object published) {
    List<?> reply = RedisReply.list(published);
    String outcome = RedisReply.text(RedisReply.inTime(reply.get(0)));
    return new PublishResult(PublishResult.Outcome.valueOf(outcome), position(reply, 1));
  }

  @Override
  public LogPage read(GroupId group, Position from, int limit, int maxBytes) {
    List<?> reply =
        RedisReply.list(
            link.call(
                RedisScript.READ,
                List.of(keys.log(group), keys.record(group)),
                from.epoch(),
                from.seq(),
                from.id(),
                limit));
    LogPage.Status status = LogPage.Status.valueOf(RedisReply.text(reply.get(0)));
    Position top = position(reply, 1);
    if (status != LogPage.Status.OK) {
      return LogPage.broken(status, top);
    }
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (Object each : RedisReply.list(reply.get(4))) {
      Entry entry = entry(RedisReply.list(each));
      bytes += entry.wireBytes();
      if (bytes > maxBytes && !entries.isEmpty()) {
        break;
      }
      entries.add(entry);
    }
    long last = entries.isEmpty() ? from.seq() : entries.getLast().seq();
    return new LogPage(status, top, entries, last < top.seq());
  }

  /** Reads pages backwards until it has enough; what an earlier epoch kept was said, too. */
  @Override
  public LogPage history(GroupId group, long before, int limit, int maxBytes) {
    Position top = top(group);
    List<Entry> newestFirst = new ArrayList<>();
    long end = before;
    long bytes = 0;
    while (true) {
      List<?> page = reversePage(group, end);
      for (Object each : page) {
        Entry entry = entry(RedisReply.list(each));
        bytes += entry.wireBytes();
        if (newestFirst.size() == limit || (bytes > maxBytes && !newestFirst.isEmpty())) {
          return history(top, newestFirst, true);
        }
        newestFirst.add(entry);
        end = entry.seq();
      }
      if (page.size() < PAGE) {
        return history(top, newestFirst, false);
      }
    }
  }

  private Position top(GroupId group) {
    List<?> record = RedisReply.list(link.call(Command.HMGET, keys.record(group), "e", "s", "i"));
    return record.get(0) == null ? Position.UNKNOWN : position(record, 0);
  }

  private static LogPage history(Position top, List<Entry> newestFirst, boolean more) {
    Collections.reverse(newestFirst);
    return new LogPage(LogPage.Status.OK, top, newestFirst, more);
  }

  private List<?> reversePage(GroupId group, long before) {
    String end = before == Long.MAX_VALUE ? "+" : "(" + before + "-0";
    return RedisReply.list(link.call(Command.XREVRANGE, keys.log(group), end, "-", "COUNT", PAGE));
  }

  @Override
  public void subscribe(GroupId group, Subscriber receiver) {
    String channel = keys.channel(group);
    subscribing.lock();
    try {
      subscriptions.add(group, receiver);
      news.follow(channel, group);
    } finally {
      subscribing.unlock();
    }
    try {
      subscriber.subscribe(channel);
    } catch (BackendException unconfirmed) {
      unsubscribe(group, receiver);
      throw unconfirmed;
    }
  }

  @Override
  public void unsubscribe(GroupId group, Subscriber receiver) {
    subscribing.lock();
    try {
      subscriptions.remove(group, receiver);
      if (subscriptions.of(group).isEmpty()) {
        news.unfollow(keys.channel(group));
        subscriber.unsubscribe(keys.channel(group));
      }
    } finally {
      subscribing.unlock();
    }
  }

  private static Entry entry(List<?> streamEntry) {
    String streamId = RedisReply.text(streamEntry.get(0));
    List<?> fields = RedisReply.list(streamEntry.get(1)); // i ID e EPOCH d TEXT
    return new Entry(
        RedisReply.text(fields.get(3)),
        Long.parseLong(streamId.substring(0, streamId.indexOf('-'))),
        RedisReply.text(fields.get(1)),
        RedisReply.text(fields.get(5)));
  }

  private static Position position(List<?> reply, int at) {
    return new Position(
        RedisReply.text(reply.get(at)),
        Long.parseLong(RedisReply.text(reply.get(at + 1))),
        RedisReply.text(reply.get(at + 2)));
  }

  private static Rawable millis(Duration duration) {
    return RawableFactory.from(duration.toMillis());
  }

  /** Tells one epoch from another, and is no secret. */
  private static String nonce() {
    return Integer.toHexString(ThreadLocalRandom.current().nextInt());
  }
}
