package agentcore.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on the same port, with clients of the JDK and misbehaving peers. */
class TlsTest {
  /** Less than a complete ClientHello. */
  private static final int MAX_SENT = 480;

  private static final String UPGRADE =
      String.join(
          "\r\n",
          "GET /ws/deaf HTTP/1.1",
          "Host: localhost",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "",
          "");

  @TempDir Path folder;
  private static TestKeystore made;
  private TestKeystore keystore;

  @BeforeAll
  static void makeKey(@TempDir Path shared) {
    made = TestKeystore.make(shared.resolve("key.p12"), "localhost");
  }

  @BeforeEach
  void copyKey() {
    keystore = made.copy(folder.resolve("key.p12"));
  }

  private TestServer start(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("TLS_KEYSTORE", keystore.file().toString());
    settings.put("TLS_PASSWORD", TestKeystore.PASSWORD);
    return TestServer.start(settings);
  }

  private static SSLSocket socket(TestServer server, TestKeystore trusted) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            trusted.clientContext().getSocketFactory().createSocket("127.0.0.1", server.port());
    socket.setSoTimeout((int) Await.DEADLINE.toMillis());
    return socket;
  }

  /** Opens a socket with a small receive buffer. */
  private SSLSocket socketWithSmallBuffer(TestServer server) throws IOException {
    SSLSocket socket = (SSLSocket) keystore.clientContext().getSocketFactory().createSocket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.setSoTimeout((int) Await.DEADLINE.toMillis());
    return socket;
  }

  /** Returns whether the server presents this key to a new client. */
  private static boolean presents(TestServer server, TestKeystore key) {
    try (SSLSocket socket = socket(server, key)) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0].equals(key.certificate());
    } catch (SSLException untrusted) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WebSocket webSocket(TestServer server, String protocol, ReceivedTexts texts) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {protocol});
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(keystore.clientContext())
            .sslParameters(parameters)
            .build();
    return client
        .newWebSocketBuilder()
        .buildAsync(URI.create("wss://localhost:" + server.port() + "/ws/alice"), texts)
        .join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void conversationIsSameOverTls(String protocol) throws Exception {
    try (TestServer server = start(Map.of())) {
      ReceivedTexts texts = new ReceivedTexts();
      WebSocket alice = webSocket(server, protocol, texts);
      assertTrue(texts.next().contains("\"welcome\""));
      String text = "x".repeat(900);
      for (int i = 0; i < 50; i++) {
        alice
            .sendText(
                "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\""
                    + i
                    + text
                    + "\"}}",
                true)
            .join();
      }
      for (int i = 0; i < 50; i++) {
        assertTrue(texts.next().contains("\"text\":\"" + i + "x"));
      }
      alice.sendClose(1000, "").join();
      Await.until(
          "the connection to be unregistered", () -> server.manager().registry().size() == 0);
    }
  }

  @Test
  void answersPlainHttpsRequest() throws Exception {
    try (TestServer server = start(Map.of());
        HttpClient client = HttpClient.newBuilder().sslContext(keystore.clientContext()).build()) {
      URI nothing = URI.create("https://localhost:" + server.port() + "/nothing");
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(nothing).build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(404, answer.statusCode());
    }
  }

  @Test
  void connectionCarriesManyRequestsAndAnUpgrade() throws Exception {
    String request = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (TestServer server = start(Map.of());
        SSLSocket socket = socket(server, keystore)) {
      socket.getOutputStream().write(request.repeat(3).getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
      StringBuilder received = new StringBuilder();
      while (!received.toString().contains("HTTP/1.1 101 ")) {
        int next = socket.getInputStream().read();
        assertTrue(next >= 0, received::toString);
        received.append((char) next);
      }
      assertEquals(5, received.toString().split("HTTP/1.1 200 ", -1).length, received::toString);
    }
  }

  @Test
  void refusesOldTlsVersion() throws Exception {
    try (TestServer server = start(Map.of());
        RawClient old = RawClient.open(server.port())) {
      // A complete TLS 1.1 ClientHello (RFC 4346) with one cipher suite.
      String hello = "160302002d010000290302" + "00".repeat(32) + "000002002f0100";
      old.sendBytes(HexFormat.of().parseHex(hello));
      assertTrue(old.readToEnd().length() <= 7, "at most an alert");
      assertTrue(presents(server, keystore));
    }
  }

  @Test
  void usesRenewedKeyAndIgnoresBrokenOne() throws Exception {
    AtomicBoolean hasWarned = new AtomicBoolean();
    Logger logger = Logger.getLogger("agentcore.core.socket.Tls");
    logger.setFilter(
        event -> {
          hasWarned.compareAndSet(false, event.getLevel().equals(Level.WARNING));
          return true;
        });
    try (TestServer server = start(Map.of())) {
      ReceivedTexts texts = new ReceivedTexts();
      WebSocket before = webSocket(server, "TLSv1.3", texts);
      assertTrue(texts.next().contains("\"welcome\""));
      TestKeystore renewed = TestKeystore.make(folder.resolve("new.p12"), "localhost");
      assertTrue(presents(server, keystore));
      assertFalse(presents(server, renewed));
      Files.copy(renewed.file(), keystore.file(), StandardCopyOption.REPLACE_EXISTING);
      Await.until("the new key", () -> presents(server, renewed));
      before.sendText("{\"type\":\"ping\"}", true).join();
      assertTrue(texts.next().contains("\"pong\""), "an existing connection stays open");
      Files.writeString(keystore.file(), "broken");
      Program.assumeInProcess();
      Await.until(
          "the server to log a warning", () -> presents(server, renewed) && hasWarned.get());
      assertTrue(presents(server, renewed));
      before.abort();
    } finally {
      logger.setFilter(null);
    }
  }

  @Test
  void cutsSilentTricklingAndPlaintextClientsWithoutHarmToOthers() {
    try (TestServer server = start(Map.of("HANDSHAKE_TIMEOUT", "1"));
        RawClient silent = RawClient.open(server.port());
        RawClient trickling = RawClient.open(server.port());
        RawClient plain = RawClient.open(server.port())) {
      plain.sendUpgrade("/ws/plain");
      AtomicInteger sent = new AtomicInteger();
      Thread.ofVirtual().start(() -> trickle(trickling, sent));
      assertEquals("", silent.readToEnd());
      assertEquals("", trickling.readToEnd());
      assertTrue(sent.get() < MAX_SENT, "the server did not wait for the whole hello");
      assertFalse(plain.readToEnd().contains("HTTP"));
      Await.until("a handshake in time", () -> presentsInTime(server));
    }
  }

  /** Returns false also if a busy machine takes longer than the handshake timeout. */
  private boolean presentsInTime(TestServer server) {
    try {
      return presents(server, keystore);
    } catch (UncheckedIOException cut) {
      return false;
    }
  }

  /** Starts a ClientHello of 512 bytes and sends one byte of it ten times a second. */
  private static void trickle(RawClient client, AtomicInteger sent) {
    client.sendBytes(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 252, 3, 3});
    try {
      while (sent.incrementAndGet() < MAX_SENT) {
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        client.sendBytes(new byte[1]);
      }
    } catch (UncheckedIOException cut) {
      // expected: the server cut the connection
    }
  }

  @Test
  void cutsClientThatDoesNotReadAndStopsInTime() throws Exception {
    Map<String, String> settings =
        Map.of("SEND_QUEUE_BYTES", "65536", "RATE_LIMIT_MESSAGES", "0", "DRAIN_TIMEOUT", "1");
    TestServer server = start(settings);
    try (SSLSocket deaf = socketWithSmallBuffer(server)) {
      deaf.getOutputStream().write(UPGRADE.getBytes(UTF_8));
      InputStream in = deaf.getInputStream();
      assertEquals('H', in.read());
      Await.until(
          "the client that does not read to be registered",
          () -> server.manager().registry().size() == 1);
      ReceivedTexts texts = new ReceivedTexts();
      WebSocket alice = webSocket(server, "TLSv1.3", texts);
      assertTrue(texts.next().contains("\"welcome\""));
      String message =
          "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\""
              + "x".repeat(1000)
              + "\"}}";
      Await.until(
          "the client that does not read to be cut",
          () -> {
            alice.sendText(message, true).join();
            texts.awaitAny(); // otherwise alice might be the slow reader
            return server.manager().registry().size() == 1;
          });
      Thread stop = Thread.ofVirtual().start(server::close);
      Await.until("the server to stop", () -> !stop.isAlive());
    } finally {
      server.close();
    }
  }

  @Test
  void reportsWrongPasswordAtStartWithoutPrintingIt() {
    Map<String, String> wrong =
        Map.of("TLS_KEYSTORE", keystore.file().toString(), "TLS_PASSWORD", "wrong-4713");
    String message =
        String.valueOf(assertThrows(Throwable.class, () -> TestServer.start(wrong)).getMessage());
    assertTrue(message.contains("key.p12"), message);
    assertFalse(message.contains("wrong-4713"), message);
  }
}
