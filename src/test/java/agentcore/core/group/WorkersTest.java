package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.BackendException;
import agentcore.testkit.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final int MAX = 4;

  private final Workers workers = new Workers("worker", MAX);
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void close() {
    workers.close();
  }

  private Workers.Outcome done() {
    runs.incrementAndGet();
    return Workers.Outcome.DONE;
  }

  @Test
  void limitsTheJobsThatRunAtOnceAndRunsAllOfThem() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Semaphore gate = new Semaphore(0);
    List<Workers.Job> jobs =
        IntStream.range(0, 1000)
            .mapToObj(
                i ->
                    workers.job(
                        "a job",
                        () -> {
                          most.accumulateAndGet(running.incrementAndGet(), Math::max);
                          gate.acquireUninterruptibly();
                          running.decrementAndGet();
                          return done();
                        }))
            .toList();
    jobs.forEach(Workers.Job::request);
    jobs.forEach(Workers.Job::request);
    Await.until("all workers to be busy", () -> running.get() == MAX);
    gate.release(10_000);
    Await.until("all jobs", () -> runs.get() >= 1000 && running.get() == 0);
    assertEquals(MAX, most.get());
  }

  @Test
  void jobRunsOnOneWorkerAtATimeAndAgainIfRequestedMeanwhile() {
    AtomicInteger running = new AtomicInteger();
    AtomicBoolean together = new AtomicBoolean();
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Workers.Job job =
        workers.job(
            "a job",
            () -> {
              together.compareAndSet(false, running.incrementAndGet() > 1);
              began.countDown();
              awaitQuietly(mayEnd);
              running.decrementAndGet();
              return done();
            });
    job.request();
    awaitQuietly(began);
    for (int i = 0; i < 100; i++) {
      job.request();
    }
    mayEnd.countDown();
    Await.until("the second run", () -> runs.get() == 2);
    AtomicBoolean passed = new AtomicBoolean();
    workers
        .job(
            "a later job",
            () -> {
              passed.set(true);
              return Workers.Outcome.DONE;
            })
        .request();
    Await.until("a later job", passed::get);
    assertEquals(2, runs.get(), "a hundred requests during a run are one more run");
    assertTrue(!together.get());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void failingJobDoesNotAffectOthersAndCanBeRequestedAgain() {
    AtomicInteger attempts = new AtomicInteger();
    Workers.Job broken =
        workers.job(
            "a broken job",
            () -> {
              attempts.incrementAndGet();
              throw new StackOverflowError("a defect");
            });
    for (int i = 1; i <= 3 * MAX; i++) {
      int attempt = i;
      broken.request();
      Await.until("an attempt", () -> attempts.get() == attempt);
      Workers.Job sound = workers.job("a job", this::done);
      sound.request();
      Await.until("a sound job", () -> runs.get() == attempt);
    }
  }

  @Test
  void repeatsAJobWhileTheStoreIsAway() {
    AtomicInteger attempts = new AtomicInteger();
    workers
        .job(
            "a job",
            () -> {
              if (attempts.incrementAndGet() <= 3) {
                throw new BackendException("away");
              }
              return done();
            })
        .request();
    Await.until("the store to be back", () -> runs.get() == 1);
    assertEquals(4, attempts.get());
  }

  @Test
  void jobsThatAreRepeatedDoNotBlockOthers() {
    AtomicBoolean away = new AtomicBoolean(true);
    for (int i = 0; i < 2 * MAX; i++) {
      workers
          .job("a job", () -> away.get() ? Workers.Outcome.LATER : Workers.Outcome.DONE)
          .request();
    }
    List<Workers.Job> sound =
        IntStream.range(0, 1000).mapToObj(i -> workers.job("a job", this::done)).toList();
    sound.forEach(Workers.Job::request);
    Await.until("the sound ones", () -> runs.get() == 1000);
    away.set(false);
  }

  @Test
  void jobWithMoreToDoLetsOthersRunFirst() {
    Workers alone = new Workers("worker", 1);
    Queue<String> order = new ConcurrentLinkedQueue<>();
    CountDownLatch mayBegin = new CountDownLatch(1);
    AtomicInteger turns = new AtomicInteger();
    Workers.Job first =
        alone.job(
            "a long job",
            () -> {
              awaitQuietly(mayBegin);
              order.add("a");
              return turns.incrementAndGet() < 3 ? Workers.Outcome.MORE : Workers.Outcome.DONE;
            });
    Workers.Job second =
        alone.job(
            "a short job",
            () -> {
              order.add("b");
              return Workers.Outcome.DONE;
            });
    first.request();
    second.request();
    mayBegin.countDown();
    Await.until("all turns", () -> order.size() == 4);
    assertEquals(List.of("a", "b", "a", "a"), List.copyOf(order));
    alone.close();
  }

  @Test
  void startsNoJobAfterClose() {
    workers.close();
    workers.job("a job", this::done).request();
    Workers other = new Workers("worker", 1);
    AtomicBoolean passed = new AtomicBoolean();
    other
        .job(
            "a job",
            () -> {
              passed.set(true);
              return Workers.Outcome.DONE;
            })
        .request();
    Await.until("a job of others", passed::get);
    assertEquals(0, runs.get());
    other.close();
  }
}
