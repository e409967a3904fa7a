package agentcore.core.backend.redis;

import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.Subscribers;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Between what Redis tells and who hears it: the texts on its channels, and the channels that
 * groups stand for.
 */
final class RedisNews implements RedisSubscriber.News {
  private static final char SEPARATOR = '\n';
  private static final int ENTRY_FIELDS = 6;
  private static final int SIGNAL_FIELDS = 6;

  private final Subscribers subscriptions;
  private volatile BiConsumer<GroupId, Notice> onEvict = (group, eviction) -> {};
  private final ConcurrentHashMap<String, GroupId> groups = new ConcurrentHashMap<>();

  RedisNews(Subscribers subscriptions) {
    this.subscriptions = subscriptions;
  }

  /** Names who hears of each membership that was ended, before its group does. */
  void onEvict(BiConsumer<GroupId, Notice> listener) {
    onEvict = listener;
  }

  void follow(String channel, GroupId group) {
    groups.put(channel, group);
  }

  void unfollow(String channel) {
    groups.remove(channel);
  }

  /** Writes a signal as it stands on a channel; an entry is written by the script. */
  static String text(Notice signal) {
    return "S\n"
        + signal.kind()
        + SEPARATOR
        + signal.target()
        + SEPARATOR
        + signal.except()
        + SEPARATOR
        + signal.join()
        + SEPARATOR
        + signal.text();
  }

  @Override
  public void told(String channel, String message) {
    GroupId group = groups.get(channel);
    if (group == null) {
      return; // nobody here wants it any more
    }
    List<Subscriber> receivers = subscriptions.of(group);
    if (message.startsWith("E\n")) {
      String[] f = message.split("\n", ENTRY_FIELDS);
      Entry entry = new Entry(f[1], Long.parseLong(f[2]), f[4], f[5]);
      receivers.forEach(receiver -> receiver.onEntry(entry, f[3]));
      receivers.forEach(Subscriber::flush);
    } else {
      String[] f = message.split("\n", SIGNAL_FIELDS);
      Notice signal = new Notice(Notice.Kind.valueOf(f[1]), f[2], f[3], f[4], f[5]);
      if (signal.kind() == Notice.Kind.EVICT) {
        onEvict.accept(group, signal);
      }
      receivers.forEach(receiver -> receiver.onNotice(signal));
    }
  }

  @Override
  public void onGap() {
    groups.values().forEach(group -> subscriptions.of(group).forEach(Subscriber::onGap));
  }
}
