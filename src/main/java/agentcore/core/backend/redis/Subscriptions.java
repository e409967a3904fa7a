package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.redis.cluster.Topology;
import agentcore.core.backend.redis.link.Channels;
import agentcore.core.backend.redis.link.PubSubLink;
import agentcore.core.backend.redis.link.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/**
 * The subscriptions of this server: one channel for each group with subscribers, each on the link
 * to the primary that has its slot. A change is made here first; then its link is updated, which
 * sends what Redis needs for the state at that moment. So of concurrent changes the last one wins.
 *
 * <p>A message is an entry, written by publish.lua; a notice; or "G", a gap, when open.lua begins a
 * new epoch. Fields are separated by line feeds; only the text, which comes last, may contain line
 * feeds.
 */
final class Subscriptions implements Channels {
  private static final int FIELDS = 6;
  private static final String GAP = "G";

  private final Keys keys;
  private final IntFunction<PubSubLink> owners;
  private final Map<String, Subscription> byChannel = new ConcurrentHashMap<>();
  private final ReentrantLock changing = new ReentrantLock();
  private volatile BiConsumer<GroupId, Notice> onEvict = (group, eviction) -> {};

  /**
   * Creates the subscriptions of a server that has none.
   *
   * @param owners returns the link to the primary of a slot
   */
  Subscriptions(Keys keys, IntFunction<PubSubLink> owners) {
    this.keys = keys;
    this.owners = owners;
  }

  /** Sets the listener that receives each eviction before the group's subscribers do. */
  void onEvict(BiConsumer<GroupId, Notice> listener) {
    onEvict = listener;
  }

  /**
   * Adds a subscriber, and waits for the channel's first confirmation by Redis. Returns at once if
   * there was one.
   *
   * @throws BackendException if it is not confirmed in time
   */
  void subscribe(GroupId group, Subscriber subscriber) {
    long startNanos = System.nanoTime();
    String channel = keys.channel(group);
    Subscription subscription;
    boolean isNew;
    changing.lock();
    try {
      subscription = byChannel.computeIfAbsent(channel, name -> create(group, name));
      isNew = subscription.subscribers.isEmpty();
      subscription.subscribers.add(subscriber);
    } finally {
      changing.unlock();
    }
    PubSubLink link = subscription.link();
    if (isNew) {
      link.update(channel);
    }
    try {
      Object unused = Reply.await(subscription.confirmed.copy()); // cancels only the copy
    } catch (BackendException late) {
      link.requestsAreLost(startNanos);
      unsubscribe(group, subscriber);
      throw new BackendException("Redis did not confirm a subscription", late);
    }
  }

  private Subscription create(GroupId group, String channel) {
    int slot = Topology.slot(channel);
    return new Subscription(group, slot, owners.apply(slot));
  }

  /**
   * Removes a subscriber. With the last one the subscription to the channel ends; if the link is
   * down, there is nothing to do.
   */
  void unsubscribe(GroupId group, Subscriber subscriber) {
    String channel = keys.channel(group);
    Subscription subscription;
    changing.lock();
    try {
      subscription = byChannel.get(channel);
      if (subscription == null
          || !subscription.subscribers.remove(subscriber)
          || !subscription.subscribers.isEmpty()) {
        return;
      }
      byChannel.remove(channel);
    } finally {
      changing.unlock();
    }
    if (!subscription.isTaken()) { // else Redis would refuse it
      subscription.link().update(channel);
    }
  }

  @Override
  public void follow() {
    byChannel.forEach(
        (channel, subscription) -> {
          PubSubLink owner = owners.apply(subscription.slot);
          if (subscription.moveTo(owner)) {
            owner.update(channel);
          }
        });
  }

  @Override
  public List<String> of(PubSubLink link) {
    return byChannel.keySet().stream()
        .filter(channel -> on(link, channel, Subscription::lose))
        .toList();
  }

  @Override
  public Optional<PubSubLink> carrier(String channel) {
    return find(channel).map(Subscription::link);
  }

  @Override
  public void subscribed(PubSubLink link, String channel) {
    boolean unused = on(link, channel, Subscription::confirm);
  }

  @Override
  public boolean unsubscribed(PubSubLink link, String channel) {
    return on(link, channel, Subscription::take);
  }

  @Override
  public void received(PubSubLink link, String channel, String message) {
    boolean unused = on(link, channel, subscription -> deliver(subscription, message));
  }

  /** Runs a step if the link carries the channel, and returns whether it does. */
  private boolean on(PubSubLink link, String channel, Subscription.Step<Subscription> step) {
    return find(channel).filter(subscription -> subscription.on(link, step)).isPresent();
  }

  private Optional<Subscription> find(String channel) {
    return Optional.ofNullable(byChannel.get(channel));
  }

  @Override
  public void flush(String channel) {
    find(channel).ifPresent(subscription -> subscription.each(Subscriber::flush));
  }

  /** Delivers a message that did not come through the channel. */
  void deliver(GroupId group, String message) {
    find(keys.channel(group)).ifPresent(subscription -> deliver(subscription, message));
  }

  private void deliver(Subscription to, String message) {
    if (message.equals(GAP)) {
      to.each(Subscriber::onGap);
      return;
    }
    String[] f = message.split("\n", FIELDS);
    if (f[0].equals("E")) {
      Entry entry = new Entry(f[1], Long.parseLong(f[2]), f[4], f[5]);
      to.each(subscriber -> subscriber.onEntry(entry, f[3]));
    } else {
      Notice notice = new Notice(Notice.Kind.valueOf(f[1]), f[2], f[3], f[4], f[5]);
      if (notice.kind() == Notice.Kind.EVICT) {
        onEvict.accept(to.group, notice);
      }
      to.each(subscriber -> subscriber.onNotice(notice));
    }
  }

  /** Returns an announcement as a message; empty without one. */
  static String message(Optional<Notice> announcement) {
    return announcement.map(Subscriptions::message).orElse("");
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
}
