package agentcore.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs one task on several threads at once. */
public final class Together {
  private Together() {}

  /** The task of one thread. */
  @FunctionalInterface
  public interface Task<T> {
    T run(int index) throws Exception;
  }

  /**
   * Runs {@code task} on {@code count} threads that start together.
   *
   * @return the results, in the order of the index
   * @throws AssertionError if one fails or does not finish in time
   */
  public static <T> List<T> run(int count, Task<T> task) {
    CountDownLatch ready = new CountDownLatch(count);
    List<FutureTask<T>> futures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = i;
      FutureTask<T> future =
          new FutureTask<>(
              () -> {
                ready.countDown();
                ready.await();
                return task.run(index);
              });
      futures.add(future);
      threads.add(Thread.ofPlatform().daemon().name("together-" + index).start(future));
    }
    List<T> results = new ArrayList<>();
    try {
      for (FutureTask<T> future : futures) {
        results.add(future.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS));
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError("a thread failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("not done in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      threads.forEach(Thread::interrupt);
    }
  }
}
