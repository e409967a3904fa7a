package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.connection.Connection;
import agentcore.core.message.CloseCode;
import agentcore.testkit.Await;
import agentcore.testkit.RawFrame;
import java.io.IOException;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTest {
  private final EngineRig rig = new EngineRig();
  private final Connection connection = rig.connection();

  EngineTest() throws IOException, HttpException {}

  @AfterEach
  void disconnect() throws IOException {
    rig.close();
  }

  /**
   * Runs {@code step} while the outbox is locked; returns the monitors that its thread holds while
   * it waits.
   */
  private List<String> monitorsHeldAtTheOutbox(Runnable step) throws Exception {
    ReentrantLock lock = rig.outboxLock();
    Thread thread = Thread.ofPlatform().unstarted(step);
    lock.lock();
    try {
      thread.start();
      Await.until("the thread waits for the outbox", () -> lock.hasQueuedThread(thread));
      ThreadInfo info =
          ManagementFactory.getThreadMXBean()
              .getThreadInfo(new long[] {thread.threadId()}, true, false)[0];
      return Arrays.stream(info.getLockedMonitors()).map(LockInfo::getClassName).toList();
    } finally {
      lock.unlock();
      thread.join();
    }
  }

  static Set<String> frameNames() {
    return Set.copyOf(EngineRig.FRAMES.keySet());
  }

  @ParameterizedTest
  @MethodSource("frameNames")
  void noMonitorIsHeldWhileAFrameWaitsForTheOutbox(String name) throws Exception {
    assertEquals(List.of(), monitorsHeldAtTheOutbox(() -> rig.feed(EngineRig.FRAMES.get(name))));
  }

  @Test
  void noMonitorIsHeldWhileACloseWaitsForTheOutbox() throws Exception {
    assertEquals(
        List.of(), monitorsHeldAtTheOutbox(() -> connection.close(CloseCode.SERVICE_RESTART)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void connectionClosesOnceWhenSeveralThreadsCloseIt(int round) throws Exception {
    int closers = 4;
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (CloseCode code :
        List.of(CloseCode.TOO_SLOW, CloseCode.HEARTBEAT_TIMEOUT, CloseCode.SERVICE_RESTART)) {
      threads.add(Thread.ofVirtual().unstarted(() -> closeAfter(start, code)));
    }
    threads.add(
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    rig.feed(RawFrame.ping("" + i).encode());
                  }
                  start.countDown();
                  for (int i = 50; i < 90 && !connection.hasEnded(); i++) {
                    rig.feed(RawFrame.ping("" + i).encode());
                  }
                  if (!connection.hasEnded()) {
                    rig.feed(RawFrame.close(3000 + round, "").encode());
                  }
                }));
    assertEquals(closers, threads.size());
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    List<RawFrame> frames = rig.frames();
    RawFrame last = frames.removeLast();
    assertEquals(RawFrame.CLOSE, last.opcode(), "a close frame is the last frame");
    assertEquals(connection.streamEnded(), last.closeCode());
    assertTrue(frames.size() >= 50);
    List<String> pongs = frames.stream().map(RawFrame::text).toList();
    assertEquals(IntStream.range(0, pongs.size()).mapToObj(i -> "" + i).toList(), pongs);
    assertTrue(frames.stream().allMatch(frame -> frame.opcode() == RawFrame.PONG));
  }

  private void closeAfter(CountDownLatch start, CloseCode code) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    connection.close(code);
  }

  @Test
  void pingIsAnsweredWithItsPayload() throws IOException {
    rig.feed(RawFrame.ping("beat").encode());
    connection.close(CloseCode.NORMAL);
    List<RawFrame> frames = rig.frames();
    assertEquals(2, frames.size());
    assertEquals(RawFrame.PONG, frames.getFirst().opcode());
    assertEquals("beat", frames.getFirst().text());
  }

  @Test
  void closeFrameIsAnsweredWithItsCode() throws IOException {
    rig.feed(RawFrame.close(3456, "bye").encode());
    assertTrue(connection.hasEnded());
    assertEquals(3456, connection.streamEnded());
    assertEquals(List.of(3456), rig.frames().stream().map(RawFrame::closeCode).toList());
  }

  @Test
  void endOfStreamCountsAsAbnormalAndSendsGoingAway() throws IOException {
    assertEquals(1006, connection.streamEnded());
    assertEquals(List.of(1001), rig.frames().stream().map(RawFrame::closeCode).toList());
  }

  @Test
  void nothingIsSentAfterTheCloseFrame() throws IOException {
    connection.close(CloseCode.TOO_SLOW);
    rig.feed(RawFrame.ping("late").encode());
    rig.feed(RawFrame.close(1000, "").encode());
    List<RawFrame> frames = rig.frames();
    assertEquals(List.of(4408), frames.stream().map(RawFrame::closeCode).toList());
    assertEquals(CloseCode.TOO_SLOW.reason(), frames.getFirst().closeReason());
    assertEquals(4408, connection.streamEnded());
  }
}
