package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.MessageListener;
import agentcore.core.metrics.LimitedLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * One channel for each group with subscribers on this server, and the messages on these channels:
 * an entry, written by publish.lua; a notice; or "G", a gap, when open.lua begins a new epoch.
 * Fields are separated by line feeds; only the text, which comes last, may contain line feeds.
 */
final class GroupChannels implements MessageListener {
  private static final LimitedLog FAILURES =
      new LimitedLog(System.getLogger(GroupChannels.class.getName()), "subscribers that failed");

  private static final int FIELDS = 6;
  private static final String GAP = "G";

  private final Keys keys;
  private final Supplier<Router> router;
  private final Map<String, Channel> channels = new ConcurrentHashMap<>();
  private final ReentrantLock subscribing = new ReentrantLock();
  private volatile BiConsumer<GroupId, Notice> onEvict = (group, eviction) -> {};

  private record Channel(GroupId group, List<Subscriber> subscribers) {}

  /**
   * Creates channels without subscribers.
   *
   * @param router returns the router, which passes the messages on to this object
   */
  GroupChannels(Keys keys, Supplier<Router> router) {
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
      channels
          .computeIfAbsent(channel, name -> new Channel(group, new CopyOnWriteArrayList<>()))
          .subscribers()
          .add(subscriber);
    } finally {
      subscribing.unlock();
    }
    try {
      router.get().subscribe(channel);
    } catch (BackendException unconfirmed) {
      unsubscribe(group, subscriber);
      throw unconfirmed;
    }
  }

  void unsubscribe(GroupId group, Subscriber subscriber) {
    String name = keys.channel(group);
    subscribing.lock();
    try {
      Channel channel = channels.get(name);
      if (channel != null
          && channel.subscribers().remove(subscriber)
          && channel.subscribers().isEmpty()) {
        channels.remove(name);
        router.get().unsubscribe(name);
      }
    } finally {
      subscribing.unlock();
    }
  }

  /** Returns an announcement as a message; empty without one. */
  static String message(Optional<Notice> announcement) {
    return announcement.map(GroupChannels::message).orElse("");
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
  @Override
  public void received(String name, String message) {
    Channel channel = channels.get(name);
    if (channel == null) {
      return; // unsubscribed before the message arrived
    }
    List<Subscriber> receivers = channel.subscribers();
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
        onEvict.accept(channel.group(), notice);
      }
      each(receivers, receiver -> receiver.onNotice(notice));
    }
  }

  @Override
  public void flush(String name) {
    each(subscribers(name), Subscriber::flush);
  }

  @Override
  public void missed(String name) {
    each(subscribers(name), Subscriber::onGap);
  }

  private List<Subscriber> subscribers(String name) {
    Channel channel = channels.get(name);
    return channel == null ? List.of() : channel.subscribers();
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
