package agentcore.exercises;

import agentcore.core.backend.Accounts;
import agentcore.core.backend.Backend;
import agentcore.core.backend.Directory;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Log.ReadMarks;
import agentcore.core.backend.Log.Unread;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Subscriber;
import agentcore.core.backend.TokenBuckets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A faulty third backend: it reports one message in a hundred as stored but does not store it. A
 * correct backend does everything else.
 */
public final class ForgetfulBackend implements Backend {
  private static final int ONE_IN = 100;

  private final Backend good;
  private final Log log;

  /** Wraps a correct backend, which it starts and closes. */
  public ForgetfulBackend(Backend good) {
    this.good = good;
    this.log = new ForgetfulLog(good.log(), new AtomicInteger());
  }

  private record ForgetfulLog(Log good, AtomicInteger published) implements Log {
    @Override
    public Supplier<PublishResult> submit(
        GroupId group, Position known, Draft draft, Optional<IdempotencyKey> key) {
      if (published.incrementAndGet() % ONE_IN != 0) {
        return good.submit(group, known, draft, key);
      }
      Position top = good.open(group, known);
      Position lie = new Position(top.epoch(), top.seq() + 1, draft.id());
      return () -> new PublishResult(PublishResult.Outcome.APPENDED, lie);
    }

    @Override
    public Position open(GroupId group, Position known) {
      return good.open(group, known);
    }

    @Override
    public LogPage read(GroupId group, Position from, int limit, int maxBytes) {
      return good.read(group, from, limit, maxBytes);
    }

    @Override
    public LogPage history(GroupId group, long before, int limit, int maxBytes) {
      return good.history(group, before, limit, maxBytes);
    }

    @Override
    public List<Unread> unread(String reader, List<ReadMarks> logs) {
      return good.unread(reader, logs);
    }

    @Override
    public void subscribe(GroupId group, Subscriber receiver) {
      good.subscribe(group, receiver);
    }

    @Override
    public void unsubscribe(GroupId group, Subscriber receiver) {
      good.unsubscribe(group, receiver);
    }
  }

  @Override
  public Log log() {
    return log;
  }

  @Override
  public Presence presence() {
    return good.presence();
  }

  @Override
  public Directory directory() {
    return good.directory();
  }

  @Override
  public Accounts accounts() {
    return good.accounts();
  }

  @Override
  public TokenBuckets tokens() {
    return good.tokens();
  }

  @Override
  public void start() {
    good.start();
  }

  @Override
  public boolean isDelivering() {
    return good.isDelivering();
  }

  @Override
  public void close() {
    good.close();
  }
}
