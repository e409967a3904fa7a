package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.backend.MemoryBackend;
import agentcore.core.connection.CloseCode;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.JsonSerializer;
import agentcore.testkit.Await;
import agentcore.testkit.RawFrame;
import java.io.IOException;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One engine over a real socket, fed by the test. */
class EngineTest {
  private static final int MAX_MESSAGE_BYTES = 100_000;
  private static final Map<String, byte[]> FRAMES =
      Map.of(
          "ping", RawFrame.ping("beat").encode(),
          "close", RawFrame.close(1000, "bye").encode(),
          "close without a code", RawFrame.of(RawFrame.CLOSE, new byte[0]).encode(),
          "close with a forbidden code", RawFrame.close(1006, "").encode(),
          "close with a reason that is not UTF-8", HexFormat.of().parseHex("88830000000003e8ff"),
          "reserved bit", HexFormat.of().parseHex("c98000000000"),
          "unknown opcode", HexFormat.of().parseHex("838000000000"),
          "binary", RawFrame.of(RawFrame.BINARY, new byte[] {1}).encode(),
          "text that is not UTF-8", HexFormat.of().parseHex("818100000000ff"),
          "continuation of nothing", RawFrame.of(RawFrame.CONTINUATION, new byte[0]).encode());

  private final ConnectionManager manager =
      new ConnectionManager(
          new MemoryBackend(Config.defaults().backendLimits()),
          new ConnectionRegistry(),
          new JsonSerializer(),
          new ConnectionLimits(1000, 1000, 1_000_000, 100_000_000),
          Clock.systemUTC(),
          new Metrics());
  private ServerSocket server;
  private Socket client;
  private Socket socket;
  private Engine engine;
  private Connection connection;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    client = new Socket(server.getInetAddress(), server.getLocalPort());
    client.setSoTimeout((int) Await.DEADLINE.toMillis());
    socket = server.accept();
    engine = new Engine(socket, this::cut, MAX_MESSAGE_BYTES);
    String head =
        """
        GET /ws/a HTTP/1.1
        Host: x
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        Sec-WebSocket-Version: 13

        """
            .replace("\n", "\r\n");
    assertTrue(engine.upgrade(head.getBytes(StandardCharsets.US_ASCII)));
    connection = manager.newConnection("a", engine);
    engine.attach(connection);
  }

  @AfterEach
  void disconnect() throws IOException {
    engine.ended();
    server.close();
    client.close();
    socket.close();
  }

  private void cut() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void feed(byte[] frame) {
    engine.feed(frame.clone(), 0, frame.length, true);
  }

  /** Reads until the server ends the stream; returns the frames behind the handshake. */
  private List<RawFrame> frames() throws IOException {
    byte[] all = client.getInputStream().readAllBytes();
    String text = new String(all, StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n") + 4;
    ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOfRange(all, head, all.length));
    List<RawFrame> frames = new ArrayList<>();
    for (Optional<RawFrame> frame = RawFrame.decode(bytes);
        frame.isPresent();
        frame = RawFrame.decode(bytes)) {
      frames.add(frame.get());
    }
    assertEquals(0, bytes.remaining());
    return frames;
  }

  private static <T> T field(Object owner, String name, Class<T> type) throws Exception {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return type.cast(field.get(owner));
  }

  private ReentrantLock outboxLock() throws Exception {
    Object outbox = field(connection, "outbox", Object.class);
    return field(outbox, "lock", ReentrantLock.class);
  }

  /** Runs {@code step} while the outbox is locked; returns what its thread held as it waited. */
  private List<String> monitorsHeldAtTheOutbox(Runnable step) throws Exception {
    ReentrantLock lock = outboxLock();
    Thread thread = Thread.ofPlatform().unstarted(step);
    lock.lock();
    try {
      thread.start();
      Await.until("it waits for the outbox", () -> lock.hasQueuedThread(thread));
      ThreadInfo info =
          ManagementFactory.getThreadMXBean()
              .getThreadInfo(new long[] {thread.threadId()}, true, false)[0];
      return Arrays.stream(info.getLockedMonitors()).map(LockInfo::getClassName).toList();
    } finally {
      lock.unlock();
      thread.join();
    }
  }

  static List<String> frameNames() {
    return List.copyOf(FRAMES.keySet());
  }

  @ParameterizedTest
  @MethodSource("frameNames")
  void noMonitorIsHeldWhileAFrameWaitsForTheOutbox(String name) throws Exception {
    assertEquals(List.of(), monitorsHeldAtTheOutbox(() -> feed(FRAMES.get(name))));
  }

  @Test
  void noMonitorIsHeldWhileACloseWaitsForTheOutbox() throws Exception {
    assertEquals(
        List.of(), monitorsHeldAtTheOutbox(() -> connection.close(CloseCode.SERVICE_RESTART)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void closesOnceWhoeverCloses(int round) throws Exception {
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
                    feed(RawFrame.ping("" + i).encode());
                  }
                  start.countDown();
                  for (int i = 50; i < 90 && engine.isOpen(); i++) {
                    feed(RawFrame.ping("" + i).encode());
                  }
                  if (engine.isOpen()) {
                    feed(RawFrame.close(3000 + round, "").encode());
                  }
                }));
    assertEquals(closers, threads.size());
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    List<RawFrame> frames = frames();
    RawFrame last = frames.removeLast();
    assertEquals(RawFrame.CLOSE, last.opcode(), "a close frame is the last frame");
    assertEquals(engine.streamEnded(), last.closeCode());
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
  void answersAPingWithItsPayload() throws IOException {
    feed(RawFrame.ping("beat").encode());
    connection.close(CloseCode.NORMAL);
    List<RawFrame> frames = frames();
    assertEquals(2, frames.size());
    assertEquals(RawFrame.PONG, frames.getFirst().opcode());
    assertEquals("beat", frames.getFirst().text());
  }

  @Test
  void echoesTheCodeOfTheClientsCloseFrame() throws IOException {
    feed(RawFrame.close(3456, "bye").encode());
    assertFalse(engine.isOpen());
    assertEquals(3456, engine.streamEnded());
    assertEquals(List.of(3456), frames().stream().map(RawFrame::closeCode).toList());
  }

  @Test
  void sendsNormalWhereTheStreamEndedAndCountsItAsAbnormal() throws IOException {
    assertEquals(1006, engine.streamEnded());
    assertEquals(List.of(1000), frames().stream().map(RawFrame::closeCode).toList());
  }

  @Test
  void answersNothingBehindTheCloseFrame() throws IOException {
    connection.close(CloseCode.TOO_SLOW);
    feed(RawFrame.ping("late").encode());
    feed(RawFrame.close(1000, "").encode());
    List<RawFrame> frames = frames();
    assertEquals(List.of(4408), frames.stream().map(RawFrame::closeCode).toList());
    assertEquals(CloseCode.TOO_SLOW.reason(), frames.getFirst().closeReason());
    assertArrayEquals(new byte[0], client.getInputStream().readAllBytes());
    assertEquals(4408, engine.streamEnded());
  }
}
