package agentcore.core.group;

import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.memory.MemoryBackend;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A store whose news a test can lose, delay or double, and whose reads it can make fail. */
final class LossyStore {
  private final MemoryBackend memory;
  private final Backend backend;
  private final Log log;
  private final Presence presence;
  private final Map<Subscriber, Subscriber> wrapped = new ConcurrentHashMap<>();
  private final Set<Map.Entry<GroupId, Subscriber>> subscribed = ConcurrentHashMap.newKeySet();
  private final Queue<LogPage> answers = new ConcurrentLinkedQueue<>();
  private final Queue<Position> tops = new ConcurrentLinkedQueue<>();
  private volatile News news = Subscriber::onEntry;
  private volatile Notices notices = Subscriber::onNotice;
  private volatile Runnable beforeRead = () -> {};

  /** Passes on the news of an entry, or does not. */
  @FunctionalInterface
  interface News {
    void tell(Subscriber to, Entry entry, String previousId);
  }

  /** Passes on a notice, or does not. */
  @FunctionalInterface
  interface Notices {
    void tell(Subscriber to, Notice notice);
  }

  /** Flushes after each entry, so that a delayed entry is handled when the test passes it on. */
  private record Prompt(Subscriber to) implements Subscriber {
    @Override
    public void onEntry(Entry entry, String previousId) {
      to.onEntry(entry, previousId);
      to.flush();
    }

    @Override
    public void flush() {
      to.flush();
    }

    @Override
    public void onNotice(Notice notice) {
      to.onNotice(notice);
    }

    @Override
    public void onGap() {
      to.onGap();
    }
  }

  LossyStore(int historySize) {
    Duration long1 = Duration.ofHours(1);
    memory =
        new MemoryBackend(
            new BackendLimits(
                historySize,
                long1,
                historySize,
                long1,
                1_000_000_000,
                long1,
                long1,
                1000,
                1000,
                1000,
                1_000_000));
    log = mocked(Log.class, memory.log());
    presence = mocked(Presence.class, memory.presence());
    backend = mocked(Backend.class, memory);
    doReturn(log).when(backend).log();
    doReturn(presence).when(backend).presence();
    doAnswer(
            call -> {
              GroupId group = call.getArgument(0);
              memory.log().subscribe(group, wrap(call.getArgument(1)));
              subscribed.add(Map.entry(group, call.<Subscriber>getArgument(1)));
              return null;
            })
        .when(log)
        .subscribe(any(), any());
    doAnswer(
            call -> {
              GroupId group = call.getArgument(0);
              memory.log().unsubscribe(group, wrap(call.getArgument(1)));
              subscribed.remove(Map.entry(group, call.<Subscriber>getArgument(1)));
              return null;
            })
        .when(log)
        .unsubscribe(any(), any());
    doAnswer(
            call -> {
              Position top = tops.poll();
              return top != null
                  ? top
                  : memory.log().open(call.getArgument(0), call.getArgument(1));
            })
        .when(log)
        .open(any(), any());
    doAnswer(
            call -> {
              beforeRead.run();
              LogPage answer = answers.poll();
              if (answer != null && answer.status() != LogPage.Status.OK) {
                tops.add(answer.top()); // and the log stays there
              }
              return answer != null
                  ? answer
                  : memory
                      .log()
                      .read(
                          call.getArgument(0),
                          call.getArgument(1),
                          call.getArgument(2),
                          call.getArgument(3));
            })
        .when(log)
        .read(any(), any(), anyInt(), anyInt());
  }

  private static <T> T mocked(Class<T> type, T real) {
    return mock(type, withSettings().stubOnly().defaultAnswer(delegatesTo(real)));
  }

  private Subscriber wrap(Subscriber receiver) {
    return wrapped.computeIfAbsent(
        receiver,
        to ->
            new Subscriber() {
              @Override
              public void onEntry(Entry entry, String previousId) {
                news.tell(new Prompt(to), entry, previousId);
              }

              @Override
              public void flush() {
                to.flush();
              }

              @Override
              public void onNotice(Notice notice) {
                notices.tell(to, notice);
              }

              @Override
              public void onGap() {
                to.onGap();
              }
            });
  }

  /** Returns the backend of the server. */
  Backend backend() {
    return backend;
  }

  /** Returns a part of it, for stubbing. */
  Log log() {
    return log;
  }

  /** Returns a part of it, for stubbing. */
  Presence presence() {
    return presence;
  }

  /** Returns the store without faults. */
  MemoryBackend memory() {
    return memory;
  }

  /** Returns how many subscriptions there are. */
  int subscriptions() {
    return subscribed.size();
  }

  void news(News how) {
    news = how;
  }

  void notices(Notices how) {
    notices = how;
  }

  /** Sets an action that runs before each read; it may block or throw. */
  void beforeRead(Runnable hook) {
    beforeRead = hook;
  }

  /** Makes the next read return this answer. */
  void answerNextRead(LogPage page) {
    answers.add(page);
  }
}
