package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.Subscribers;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.metrics.LimitedLog;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * One channel for each group with subscribers on this server, and the messages on these channels:
 * an entry, written by publish.lua; a notice; or "G", a gap, when open.lua begins a new epoch.
 * Fields are separated by line feeds; only the text, which comes last, may contain line feeds.
 */
final class GroupChannels {
  private static final LimitedLog FAILURES =
      new LimitedLog(System.getLogger(GroupChannels.class.getName()), "subscribers that failed");

  private static final int FIELDS = 6;
  private static final String GAP = "G";

  private final Keys keys;
  private final Router router;
  private final Subscribers subscribers = new Subscribers();
  private final ConcurrentHashMap<String, GroupId> groups = new ConcurrentHashMap<>();
  private final ReentrantLock subscribing = new ReentrantLock();
  private volatile BiConsumer<GroupId, Notice> onEvict = (group, eviction) -> {};

  GroupChannels(Keys keys, Router router) {
    this.keys = keys;
    this.router = router;
  }

  /** Sets the listener that receives each eviction before the group's subscribers do. */
  void onEvict(BiConsumer<GroupId, Notice> listener) {
    onEvict = listener;
  }

  void subscribe(GroupId group, Subscriber subscriber) {
    String channel = keys.channel(group);
    subscribing.lock();
    try {
      subscribers.add(group, subscriber);
      groups.put(channel, group);
    } finally {
      subscribing.unlock();
    }
    try {
      router.subscribe(channel);
    } catch (BackendException unconfirmed) {
      unsubscribe(group, subscriber);
      throw unconfirmed;
    }
  }

  void unsubscribe(GroupId group, Subscriber subscriber) {
    subscribing.lock();
    try {
      subscribers.remove(group, subscriber);
      if (subscribers.of(group).isEmpty()) {
        groups.remove(keys.channel(group));
        router.unsubscribe(keys.channel(group));
      }
    } finally {
      subscribing.unlock();
    }
  }

  /** Returns a notice as a message. */
  static String message(Notice notice) {
    return String.join(
        "\n",
        "S",
        notice.kind().name(),
        notice.target(),
        notice.except(),
        notice.join(),
        notice.text());
  }

  /** Delivers a message to the subscribers on this server; {@link #flush} ends the batch. */
  void onMessage(String channel, String message) {
    GroupId group = groups.get(channel);
    if (group == null) {
      return; // unsubscribed before the message arrived
    }
    List<Subscriber> receivers = subscribers.of(group);
    if (message.equals(GAP)) {
      each(receivers, Subscriber::onGap);
      return;
    }
    String[] f = message.split("\n", FIELDS);
    if (f[0].equals("E")) {
      Entry entry = new Entry(f[1], Long.parseLong(f[2]), f[4], f[5]);
      each(receivers, receiver -> receiver.onEntry(entry, f[3]));
    } else {
      Notice notice = new Notice(Notice.Kind.valueOf(f[1]), f[2], f[3], f[4], f[5]);
      if (notice.kind() == Notice.Kind.EVICT) {
        onEvict.accept(group, notice);
      }
      each(receivers, receiver -> receiver.onNotice(notice));
    }
  }

  /** Ends a batch of messages for the subscribers on this server. */
  void flush(String channel) {
    GroupId group = groups.get(channel);
    if (group != null) {
      each(subscribers.of(group), Subscriber::flush);
    }
  }

  /** Tells the subscribers on this server that messages on a channel were lost. */
  void onGap(String channel) {
    GroupId group = groups.get(channel);
    if (group != null) {
      each(subscribers.of(group), Subscriber::onGap);
    }
  }

  /** Calls a subscriber. */
  @FunctionalInterface
  private interface Step {
    void call(Subscriber subscriber);
  }

  /** If one subscriber throws, the others still receive the message, and the link stays up. */
  private static void each(List<Subscriber> receivers, Step step) {
    for (Subscriber receiver : receivers) {
      try {
        step.call(receiver);
      } catch (Throwable defect) {
        FAILURES.error("a subscriber failed", defect);
      }
    }
  }
}
