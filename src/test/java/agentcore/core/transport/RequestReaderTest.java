package agentcore.core.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.socket.PeerSocket;
import agentcore.core.socket.SocketPair;
import agentcore.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestReaderTest {
  private static final String HEAD = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final Duration LONG = Await.DEADLINE;

  private SocketPair sockets;
  private Socket client;
  private PeerSocket server;

  @BeforeEach
  void connect() throws IOException {
    sockets = new SocketPair();
    client = sockets.client();
    server = sockets.server();
  }

  @AfterEach
  void disconnect() throws IOException {
    sockets.close();
  }

  private void send(String text) throws IOException {
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private byte[] read(Duration timeout) throws IOException, HttpException {
    return RequestReader.read(server, System.nanoTime() + timeout.toNanos());
  }

  private static String head(int length) {
    String start = "GET / HTTP/1.1\r\nX: ";
    return start + "x".repeat(length - start.length() - 4) + "\r\n\r\n";
  }

  private void assertStatus(int status, Duration timeout) {
    HttpException refusal = assertThrows(HttpException.class, () -> read(timeout));
    assertEquals(status, refusal.response().status());
  }

  @Test
  void headEndsAtTheEmptyLineAndTheRestIsKept() throws Exception {
    send(HEAD + "rest\r\n\r\nmore");
    assertArrayEquals(HEAD.getBytes(ISO_8859_1), read(LONG));
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(server.takeUnread());
    while (rest.size() < 12) {
      rest.write(server.read(LONG));
    }
    assertEquals("rest\r\n\r\nmore", rest.toString(ISO_8859_1));
  }

  @Test
  void headThatArrivesByteByByteIsRead() throws Exception {
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
    assertArrayEquals(HEAD.getBytes(ISO_8859_1), read(LONG));
    assertEquals(0, server.takeUnread().length);
    sender.join();
  }

  @Test
  void peerThatSendsNothingIsNoError() throws Exception {
    client.close();
    assertEquals(0, read(LONG).length);
  }

  @Test
  void incompleteHeadIsEmpty() throws Exception {
    send(HEAD.substring(0, HEAD.length() - 1));
    client.shutdownOutput();
    assertEquals(0, read(LONG).length);
  }

  @Test
  void headOfTheMaximumSizeIsRead() throws Exception {
    send(head(RequestReader.MAX_BYTES));
    assertEquals(RequestReader.MAX_BYTES, read(LONG).length);
  }

  @Test
  void oneByteMoreIsTooLarge() throws Exception {
    send(head(RequestReader.MAX_BYTES + 1));
    assertStatus(431, LONG);
  }

  @Test
  void endlessHeadIsTooLarge() throws Exception {
    send("x".repeat(2 * RequestReader.MAX_BYTES));
    assertStatus(431, LONG);
  }

  @Test
  void silentPeerTimesOut() {
    assertStatus(408, Duration.ofMillis(50));
  }

  @Test
  void deadlineIsForTheWholeHeadEvenIfBytesKeepArriving() throws Exception {
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
                    // the test has ended
                  }
                });
    // With a deadline per read, the head would become too large (431).
    assertStatus(408, Duration.ofMillis(200));
    server.cut();
    client.close();
    trickler.join();
  }

  @Test
  void passedDeadlineTimesOutAtOnce() {
    assertStatus(408, Duration.ofNanos(1));
  }
}
