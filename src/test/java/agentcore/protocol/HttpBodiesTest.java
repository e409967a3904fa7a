package agentcore.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.Event;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawHttp;
import agentcore.testkit.TestServer;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies, connections that are kept, and requests that are sent early. */
class HttpBodiesTest {
  private static final int MAX_BODY = 100_000;

  /** Without the empty line. */
  private static final String UPGRADE =
      """
      GET /ws/alice HTTP/1.1
      Host: x
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      """;

  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger smuggled = new AtomicInteger();
  private final TestServer server = TestServer.start(core());

  private AgentCore core() {
    Config config =
        TestServer.config(Map.of("WS_MAX_MESSAGE_SIZE", "" + MAX_BODY, "HANDSHAKE_TIMEOUT", "5"));
    Consumer greeter =
        Consumer.of("hello", (session, message) -> session.reply(message, Event.of("hello")));
    return new AgentCore(config, new MemoryBackend(config.backendLimits()))
        .endpoint("/ws/{user_id}", greeter)
        .http("POST", "/echo", request -> HttpResponse.text(200, request.text().orElse("?")))
        .http("POST", "/wait", request -> waitThen("done"))
        .http("GET", "/get/{name}", r -> HttpResponse.text(200, r.pathParameter("name").orElse("")))
        .http("DELETE", "/gone", request -> new HttpResponse(204, Map.of(), new byte[0]))
        .http("GET", "/smuggled", request -> HttpResponse.text(200, count()));
  }

  private String count() {
    return "smuggled " + smuggled.incrementAndGet();
  }

  private HttpResponse waitThen(String text) {
    try {
      goOn.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return HttpResponse.text(200, text);
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    server.close();
  }

  private RawHttp open() {
    return RawHttp.open(server.port());
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  @Test
  void connectionCarriesOneRequestAfterAnother() {
    try (RawHttp client = open()) {
      for (int i = 0; i < 50; i++) {
        RawHttp.Response answer = client.send(post("/echo", "text " + i)).next();
        assertEquals(200, answer.status());
        assertEquals("text " + i + "\n", answer.body());
        assertFalse(answer.isLast());
      }
      assertEquals(404, client.send(get("/nothing")).next().status());
      assertEquals(405, client.send(get("/echo")).next().status());
      assertEquals("x\n", client.send(get("/get/x")).next().body());
    }
  }

  @Test
  void requestsThatAreSentTogetherAreAnsweredInTheirOrder() {
    try (RawHttp client = open()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        all.append(post("/echo", "n" + i)).append(get("/get/g" + i));
      }
      client.send(all.toString());
      for (int i = 0; i < 200; i++) {
        assertEquals("n" + i + "\n", client.next().body());
        assertEquals("g" + i + "\n", client.next().body());
      }
    }
  }

  @Test
  void requestsMayBeCutAnywhere() {
    Random random = new Random(19);
    for (int round = 0; round < 20; round++) {
      StringBuilder all = new StringBuilder();
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String text = "t".repeat(random.nextInt(300)) + i;
        all.append(post("/echo", text));
        expected.add(text + "\n");
      }
      try (RawHttp client = open()) {
        Thread sender =
            Thread.ofVirtual()
                .start(
                    () -> {
                      int at = 0;
                      while (at < all.length()) {
                        int end = Math.min(all.length(), at + 1 + random.nextInt(120));
                        client.send(all.substring(at, end));
                        at = end;
                        LockSupport.parkNanos(10_000);
                      }
                    });
        for (String text : expected) {
          assertEquals(text, client.next().body());
        }
        Await.until("all is sent", () -> !sender.isAlive());
      }
    }
  }

  @Test
  void largestBodyIsReadAndALargerOneIsNot() {
    try (RawHttp client = open()) {
      assertEquals(
          MAX_BODY + 1, client.send(post("/echo", "x".repeat(MAX_BODY))).next().body().length());
      client.send(
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + (MAX_BODY + 1) + "\r\n\r\n");
      RawHttp.Response refusal = client.next();
      assertEquals(413, refusal.status());
      assertTrue(refusal.isLast());
      assertEquals("", client.readToEnd());
    }
  }

  @Test
  void expectationIsAnsweredBeforeTheBody() {
    try (RawHttp client = open()) {
      client.sendLines("POST /echo HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: 2\n\n");
      assertEquals(100, client.next().status());
      assertEquals("ok\n", client.send("ok").next().body());
      client.sendLines(
          "POST /echo HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: 999999999\n\n");
      assertEquals(413, client.next().status(), "it need not send what is too large");
    }
    try (RawHttp client = open()) {
      client.sendLines("POST /echo HTTP/1.0\nExpect: 100-continue\nContent-Length: 2\n\n");
      RawHttp.Response answer = client.send("ok").next();
      assertEquals("ok\n", answer.body(), "HTTP/1.0 has no interim response");
      assertTrue(answer.isLast());
    }
    try (RawHttp client = open()) {
      client.sendLines("POST /echo HTTP/1.1\nHost: x\nExpect: more\nContent-Length: 2\n\nok");
      assertEquals(417, client.next().status());
    }
  }

  @Test
  void headHasNoBodyAndOptionsNamesTheMethods() {
    try (RawHttp client = open()) {
      client.send("HEAD /get/abc HTTP/1.1\r\nHost: x\r\n\r\n");
      RawHttp.Response head = client.nextWithoutBody();
      assertEquals(200, head.status());
      assertTrue(head.head().contains("\r\nContent-Length: 4"), head.head());
      client.send("OPTIONS /echo HTTP/1.1\r\nHost: x\r\n\r\n");
      RawHttp.Response options = client.next();
      assertEquals(204, options.status());
      assertTrue(options.head().contains("\r\nAllow: OPTIONS, POST"), options.head());
      assertFalse(options.head().contains("Content-Length"), options.head());
      assertEquals(204, client.send("DELETE /gone HTTP/1.1\r\nHost: x\r\n\r\n").next().status());
      assertEquals("z\n", client.send(get("/get/z")).next().body());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /get/x HTTP/1.0\n\n",
        "GET /get/x HTTP/1.0\nConnection: keep-alive\n\n",
        "GET /get/x HTTP/1.1\nHost: x\nConnection: close\n\n",
        "GET /get/x HTTP/1.1\nHost: x\nConnection: keep-alive, Close\n\n",
        "GET /get/x HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: websocket\n\n"
      })
  void lastRequestOfAConnectionIsTheLast(String request) {
    try (RawHttp client = open()) {
      client.sendLines(request).send(get("/smuggled"));
      RawHttp.Response answer = client.next();
      assertEquals("x\n", answer.body());
      assertTrue(answer.isLast());
      assertEquals("", client.readToEnd());
      assertEquals(0, smuggled.get());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | Content-Length: 5~Content-Length: 5
          400 | Content-Length: 5~Content-Length: 0
          400 | Content-Length: 0~content-length: 33
          400 | Content-Length: 0, 0
          400 | Content-Length: +0
          400 | Content-Length: -1
          400 | Content-Length: 0x0
          400 | Content-Length: 0.0
          400 | Content-Length: 1e1
          400 | Content-Length: 99999999999999999999999
          400 | Content-Length:
          400 | Content-Length : 0
          400 | Content-Length: 0~ 5
          400 | Content-Length: 0~X: y~\t5
          400 | Content-Length: 0~Transfer-Encoding: chunked
          400 | Transfer-Encoding: chunked~Content-Length: 0
          400 | Transfer-Encoding: identity~Content-Length: 0
          411 | Transfer-Encoding: chunked
          411 | Transfer-Encoding: xchunked
          411 | Transfer-Encoding: chunked, identity
          411 | transfer-encoding: gzip
          400 | Transfer-Encoding : chunked
          413 | Content-Length: 999999999999999999
          """)
  void requestWithADoubtfulEndIsRefusedAndNothingBehindItIsServed(int status, String headers) {
    try (RawHttp client = open()) {
      client.sendLines("POST /echo HTTP/1.1\nHost: x\n" + headers.replace("~", "\n") + "\n\n");
      client.send(get("/smuggled")).shutdownOutput();
      RawHttp.Response refusal = client.next();
      assertEquals(status, refusal.status(), refusal.head());
      assertTrue(refusal.isLast());
      assertEquals("", client.readToEnd());
      assertEquals(0, smuggled.get());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /echo HTTP/1.1\r\nHost: x\nContent-Length: 0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\n\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\rX: y\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: \u000b0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\u0000\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\n\u00a0Content-Length: 0\r\n\r\n",
        "\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
      })
  void bareLineEndsAndControlCharactersAreRefused(String request) {
    try (RawHttp client = open()) {
      client.send(request + get("/smuggled")).shutdownOutput();
      assertEquals(400, client.next().status());
      assertEquals("", client.readToEnd());
      assertEquals(0, smuggled.get());
    }
  }

  @Test
  void bodyThatLooksLikeARequestIsABody() {
    String inner = get("/smuggled");
    try (RawHttp client = open()) {
      assertEquals(inner + "\n", client.send(post("/echo", inner)).next().body());
      client.send(
          "GET /get/x HTTP/1.1\r\nHost: x\r\nContent-Length: " + inner.length() + "\r\n\r\n");
      assertEquals("x\n", client.send(inner).next().body(), "a GET may have a body");
      assertEquals("y\n", client.send(get("/get/y")).next().body());
      assertEquals(0, smuggled.get());
    }
  }

  @Test
  void upgradeHasNoBody() {
    for (String header : List.of("Content-Length: 5", "Content-Length: 0\nContent-Length: 0")) {
      try (RawHttp client = open()) {
        assertEquals(400, client.sendLines(UPGRADE + header + "\n\n").next().status());
      }
    }
    try (RawHttp client = open()) {
      assertEquals(
          411, client.sendLines(UPGRADE + "Transfer-Encoding: chunked\n\n").next().status());
    }
  }

  @Test
  void keptConnectionCanStillUpgrade() {
    try (RawHttp client = open()) {
      client.send(post("/echo", "first"));
      assertEquals(200, client.next().status());
      client.sendLines(UPGRADE + "\n");
      assertEquals(101, client.next().status());
    }
  }

  @Test
  void bodyThatIsNotUtf8IsNoText() {
    try (RawHttp client = open()) {
      assertEquals("?\n", client.send(post("/echo", "\u00ff")).next().body());
      String bytes =
          new String("\u20ac".getBytes(UTF_8), java.nio.charset.StandardCharsets.ISO_8859_1);
      assertEquals("\u20ac\n", client.send(post("/echo", bytes)).next().body());
    }
  }

  @Test
  void lateBodyTimesOutAndIdleConnectionIsClosedSilently() {
    try (RawHttp late = open();
        RawHttp idle = open()) {
      late.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
      assertEquals("a\n", idle.send(get("/get/a")).next().body());
      RawHttp.Response refusal = late.next();
      assertEquals(408, refusal.status());
      assertTrue(refusal.isLast());
      assertEquals("", idle.readToEnd());
    }
  }

  @Test
  void bodyThatEndsEarlyIsNotHandled() {
    try (RawHttp client = open()) {
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
      assertEquals(400, client.shutdownOutput().next().status());
      assertEquals("", client.readToEnd());
    }
  }

  /** Cuts, doubles, drops and changes bytes of pipelines; every answer is well-formed. */
  @Test
  void damagedPipelinesAreAnsweredAndEnd() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        all.append(random.nextBoolean() ? post("/echo", get("/get/inner")) : get("/get/x"));
      }
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(all.length());
        switch (random.nextInt(4)) {
          case 0 -> all.setLength(at + 1);
          case 1 -> all.deleteCharAt(at).append('x');
          case 2 -> all.insert(at, "\r\n\t :,0chunked".charAt(random.nextInt(14)));
          default -> all.setCharAt(at, (char) random.nextInt(256));
        }
      }
      try (RawHttp client = open()) {
        client.send(all.toString()).shutdownOutput();
        int answers = 0;
        for (var next = client.tryNext(true); next.isPresent(); next = client.tryNext(true)) {
          int status = next.get().status();
          assertTrue(status == 100 || (status >= 200 && status < 500), "seed " + seed);
          answers++;
        }
        assertTrue(answers <= 20, "seed " + seed);
      }
    }
  }

  /** A client that asks again at once never waits long enough to be replaced. */
  @Test
  void busyKeptConnectionsMakeRoomForNewOnes() {
    try (TestServer small = TestServer.start(Map.of("MAX_HANDSHAKES", "2"))) {
      List<RawHttp> busy = List.of(RawHttp.open(small.port()), RawHttp.open(small.port()));
      List<Thread> threads = new ArrayList<>();
      for (RawHttp client : busy) {
        assertFalse(client.send(get("/health")).next().isLast(), "nobody waits");
        threads.add(Thread.ofVirtual().start(() -> askUntilLast(client)));
      }
      try (RawHttp newcomer = RawHttp.open(small.port())) {
        assertEquals(200, newcomer.send(get("/health")).next().status());
      }
      busy.forEach(RawHttp::close);
      Await.until("the clients to end", () -> threads.stream().noneMatch(Thread::isAlive));
    }
  }

  private static void askUntilLast(RawHttp client) {
    try {
      while (!client.send(get("/health")).next().isLast()) {
        // ask again
      }
    } catch (UncheckedIOException | AssertionError closed) {
      // by the test, or because a newcomer took the place
    }
  }

  @Test
  void stalledClientsHoldUpNobody() {
    List<RawHttp> stalled = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      stalled.add(open().send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\nx"));
      stalled.add(open().send(post("/wait", "")));
    }
    try (RawHttp client = open();
        RawClient alice = server.connect("alice")) {
      for (int i = 0; i < 20; i++) {
        assertEquals("x\n", client.send(post("/echo", "x")).next().body());
        alice.send("{\"type\":\"hello\"}");
        alice.nextJson("hello");
      }
    }
    stalled.forEach(RawHttp::close);
  }
}
