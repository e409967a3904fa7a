package agentcore.core.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.connection.Connection;
import agentcore.core.connection.Flusher;
import agentcore.testkit.Await;
import agentcore.testkit.RecordingSocket;
import agentcore.testkit.process.ThreadNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerSocketTest {
  private static final Duration LONG = Duration.ofDays(1);

  private SocketPair sockets;
  private PeerSocket socket;

  @BeforeEach
  void connect() throws IOException {
    sockets = new SocketPair();
    socket = sockets.server();
  }

  @AfterEach
  void disconnect() throws IOException {
    sockets.close();
  }

  private interface Io<T> {
    T run() throws IOException;
  }

  /** Runs a step on a virtual thread, as the server does. */
  private static <T> CompletableFuture<T> start(Io<T> step) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(step.run());
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            });
    return result;
  }

  private static <T> T get(CompletableFuture<T> result) throws Exception {
    return result.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  private boolean isCut() {
    try {
      return socket.tryWrite(new byte[0], 0, 0) < 0;
    } catch (IOException cut) {
      return true;
    }
  }

  @Test
  void stepThatTakesTooLongIsCut() throws IOException {
    socket.within(Duration.ofMillis(10), () -> Await.until("the cut", this::isCut));
  }

  @Test
  void stepThatEndsInTimeIsNotCutEvenIfItFails() throws IOException {
    socket.within(LONG, () -> {});
    assertThrows(IOException.class, () -> socket.within(LONG, PeerSocketTest::fail));
    Await.until("no deadline is left", () -> !ThreadNames.ofServers().contains("deadline"));
    assertTrue(!isCut());
  }

  private static void fail() throws IOException {
    throw new IOException("a failing step");
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 90, 100 * 365}) // as an int of milliseconds, the first two are negative
  void discardsInputUnderLongTimeouts(int days) throws IOException {
    try (SocketPair patient = new SocketPair(Duration.ofDays(days))) {
      patient.client().getOutputStream().write(new byte[10_000]);
      patient.client().shutdownOutput();
      patient.server().discardInput(Long.MAX_VALUE);
      assertEquals(0, patient.server().read(LONG).length);
    }
  }

  /** The reader is sometimes slower and sometimes faster than the client. */
  @Test
  void everyByteArrivesInOrder() throws Exception {
    byte[] sent = new byte[3_000_000];
    new Random(1).nextBytes(sent);
    CompletableFuture<byte[]> received =
        start(
            () -> {
              Random dice = new Random(2);
              ByteArrayOutputStream all = new ByteArrayOutputStream();
              for (byte[] some = socket.read(Duration.ZERO);
                  some.length > 0;
                  some = socket.read(Duration.ZERO)) {
                assertTrue(some.length <= PolledSocket.MAX_CHUNK_BYTES);
                all.write(some);
                if (dice.nextInt(20) == 0) {
                  LockSupport.parkNanos(1_000_000);
                }
              }
              return all.toByteArray();
            });
    Random dice = new Random(3);
    for (int at = 0; at < sent.length; ) {
      int length = Math.min(sent.length - at, 1 + dice.nextInt(40_000));
      sockets.client().getOutputStream().write(sent, at, length);
      at += length;
    }
    sockets.client().shutdownOutput();
    assertArrayEquals(sent, get(received));
  }

  @Test
  void blockedWriteContinuesWhenThePeerReads() throws Exception {
    byte[] sent = new byte[20_000_000];
    new Random(4).nextBytes(sent);
    CompletableFuture<Boolean> written =
        start(
            () -> {
              socket.write(sent, 0, sent.length);
              socket.shutdownOutput();
              return true;
            });
    assertArrayEquals(sent, sockets.client().getInputStream().readAllBytes());
    assertTrue(get(written));
  }

  @Test
  void triedWriteStopsWhereThePeerAcceptsNoMore() throws IOException {
    byte[] step = new byte[64 * 1024];
    long accepted = 0;
    int n = socket.tryWrite(step, 0, step.length);
    while (n > 0) {
      accepted += n;
      n = socket.tryWrite(step, 0, step.length);
    }
    sockets.client().getInputStream().skipNBytes(accepted);
    Await.until("there is room again", () -> triedWrite(step) > 0);
  }

  private int triedWrite(byte[] bytes) {
    try {
      return socket.tryWrite(bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readTimesOutAndCanBeRepeated() throws IOException {
    assertThrows(SocketTimeoutException.class, () -> socket.read(Duration.ofMillis(10)));
    sockets.client().getOutputStream().write(7);
    assertArrayEquals(new byte[] {7}, socket.read(LONG));
  }

  @Test
  void cutEndsAWaitingReadAndABlockedWrite() throws Exception {
    CompletableFuture<byte[]> read = start(() -> socket.read(Duration.ZERO));
    CompletableFuture<Boolean> write =
        start(
            () -> {
              while (true) {
                socket.write(new byte[100_000], 0, 100_000);
              }
            });
    Await.until("the write is blocked", () -> triedWrite(new byte[1]) == 0);
    socket.cut();
    assertThrows(ExecutionException.class, () -> get(read));
    assertThrows(ExecutionException.class, () -> get(write));
  }

  @Test
  void resetByThePeerIsAnError() throws Exception {
    CompletableFuture<byte[]> read = start(() -> socket.read(Duration.ZERO));
    sockets.client().setSoLinger(true, 0);
    sockets.client().close();
    ExecutionException failure = assertThrows(ExecutionException.class, () -> get(read));
    assertTrue(failure.getCause() instanceof IOException, () -> "" + failure.getCause());
  }

  @Test
  void bytesBeforeTheEndAreRead() throws IOException {
    sockets.client().getOutputStream().write(new byte[50_000]);
    sockets.client().close();
    int read = 0;
    for (byte[] some = socket.read(LONG); some.length > 0; some = socket.read(LONG)) {
      read += some.length;
    }
    assertEquals(50_000, read);
    assertTrue(Arrays.equals(new byte[0], socket.read(LONG)));
  }

  /** On a busy machine a reader may lose its processor between its input and its turn. */
  @Test
  void turnThatBeginsLateIsEndedToo() throws Exception {
    Flusher flusher = sockets.registry().flusher();
    RecordingSocket wire = new RecordingSocket();
    Connection connection = sockets.registry().create("alice", wire);
    sockets.client().getOutputStream().write(1);
    CompletableFuture<Boolean> turn =
        start(
            () -> {
              byte[] unused = socket.read(Duration.ZERO);
              LockSupport.parkNanos(10 * Poller.TURN_NANOS);
              flusher.begin();
              connection.offer(new byte[1]);
              Await.until("written in the turn", () -> wire.bytes().length == 1);
              flusher.end(0);
              return true;
            });
    assertTrue(get(turn));
  }

  @Test
  void measuresHowLongInputHasWaitedForTheReader() throws Exception {
    long late = Poller.TURN_NANOS;
    long deadline = System.nanoTime() + Await.DEADLINE.toNanos();
    do {
      sockets.client().getOutputStream().write(1);
      LockSupport.parkNanos(2 * late);
      byte[] unused = socket.read(Duration.ZERO);
    } while (socket.waitedNanos() < late && System.nanoTime() < deadline);
    assertTrue(socket.waitedNanos() >= late);
  }
}
