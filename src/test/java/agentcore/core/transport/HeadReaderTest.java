package agentcore.core.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeadReaderTest {
  private static final String HEAD = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final Duration LONG = Await.DEADLINE;

  private Socket client;
  private Socket server;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
      client.setTcpNoDelay(true);
      server = listener.accept();
    }
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    server.close();
  }

  private void send(String text) throws IOException {
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static String head(int length) {
    String start = "GET / HTTP/1.1\r\nX: ";
    return start + "x".repeat(length - start.length() - 4) + "\r\n\r\n";
  }

  private void assertStatus(int status, Duration timeout) {
    HttpException refusal =
        assertThrows(HttpException.class, () -> HeadReader.read(server, timeout));
    assertEquals(status, refusal.response().status());
  }

  @Test
  void aHeadIsReadToItsEmptyLineAndTheRestIsKept() throws Exception {
    send(HEAD + "rest\r\n\r\nmore");
    HeadReader.Head head = HeadReader.read(server, LONG);
    assertArrayEquals(HEAD.getBytes(ISO_8859_1), head.head());
    byte[] rest = Arrays.copyOf(head.rest(), 12);
    int n = head.rest().length;
    server.getInputStream().readNBytes(rest, n, 12 - n);
    assertArrayEquals("rest\r\n\r\nmore".getBytes(ISO_8859_1), rest);
  }

  @Test
  void aHeadThatComesByteByByteIsReadToo() throws Exception {
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (byte b : HEAD.getBytes(ISO_8859_1)) {
                      client.getOutputStream().write(b);
                      LockSupport.parkNanos(100_000);
                    }
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    HeadReader.Head head = HeadReader.read(server, LONG);
    assertArrayEquals(HEAD.getBytes(ISO_8859_1), head.head());
    assertEquals(0, head.rest().length);
    sender.join();
  }

  @Test
  void aPeerThatSaysNothingAndEndsIsNoError() throws Exception {
    client.close();
    assertEquals(0, HeadReader.read(server, LONG).head().length);
  }

  @Test
  void aPeerThatEndsInTheMiddleHasNoHead() throws Exception {
    send(HEAD.substring(0, HEAD.length() - 1));
    client.shutdownOutput();
    assertEquals(0, HeadReader.read(server, LONG).head().length);
  }

  @Test
  void aHeadHasAtMostSoManyBytes() throws Exception {
    send(head(HeadReader.MAX_BYTES));
    assertEquals(HeadReader.MAX_BYTES, HeadReader.read(server, LONG).head().length);
  }

  @Test
  void oneByteMoreIsTooMany() throws Exception {
    send(head(HeadReader.MAX_BYTES + 1));
    assertStatus(431, LONG);
  }

  @Test
  void aHeadWithoutEndIsTooLarge() throws Exception {
    send("x".repeat(2 * HeadReader.MAX_BYTES));
    assertStatus(431, LONG);
  }

  @Test
  void silenceEndsWithTheDeadline() {
    assertStatus(408, Duration.ofMillis(50));
  }

  @Test
  void theDeadlineIsForTheWholeThoughSomethingComesAllTheTime() throws Exception {
    Thread trickler =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (true) {
                      client.getOutputStream().write('x');
                      LockSupport.parkNanos(5_000_000);
                    }
                  } catch (IOException closed) {
                    // the end of the test
                  }
                });
    // Were it for each read alone, the head would become too large (431).
    assertStatus(408, Duration.ofMillis(200));
    server.close();
    client.close();
    trickler.join();
  }

  @Test
  void aDeadlineThatHasPassedIsNoWaitForEver() {
    assertStatus(408, Duration.ofNanos(1));
  }
}
