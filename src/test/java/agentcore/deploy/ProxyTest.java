package agentcore.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients reach a server over TLS through each proxy, with its file from src/dist/deploy. */
class ProxyTest {
  /** The client's address differs from that of the proxy. */
  private static final String CLIENT = "127.0.0.7";

  private static final String KEY = "0123456789abcdef0123456789abcdef";

  private static TestKeystore keystore;
  private static Path pem;
  @TempDir private Path folder;

  @BeforeAll
  static void makeKey(@TempDir Path shared) {
    keystore = TestKeystore.make(shared.resolve("key.p12"), "localhost");
    pem = shared.resolve("localhost.pem");
    keystore.writePem(pem);
  }

  private static ServerProcess server(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("TRUSTED_PROXIES", "127.0.0.1");
    settings.put("API_KEYS", "ops:" + KEY);
    return ServerProcess.start(settings);
  }

  private Proxy proxy(Proxy.Kind kind, ServerProcess server) throws IOException {
    return new Proxy(kind, folder, pem, server.port(), Optional.empty());
  }

  private static HttpClient client() throws IOException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(keystore.clientContext())
        .localAddress(InetAddress.getByName(CLIENT))
        .build();
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return client().send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  /** A WebSocket that counts pings, which the JDK answers, and reports its end. */
  private static final class Idle implements WebSocket.Listener {
    private final CountDownLatch pings;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    Idle(int pings) {
      this.pings = new CountDownLatch(pings);
    }

    @Override
    public CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
      pings.countDown();
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      end.complete(null);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      end.complete(null);
    }

    void awaitPings() throws InterruptedException {
      assertTrue(pings.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS), pings::toString);
      assertTrue(!end.isDone(), "closed");
    }
  }

  private static WebSocket connect(Proxy proxy, WebSocket.Listener listener) throws IOException {
    return client()
        .newWebSocketBuilder()
        .header("Origin", "https://localhost:" + proxy.port())
        .header("X-Forwarded-For", "6.6.6.6")
        .buildAsync(URI.create("wss://localhost:" + proxy.port() + "/ws/alice"), listener)
        .orTimeout(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  @ParameterizedTest
  @EnumSource
  void serverSeesTheRealAddressOfClients(Proxy.Kind kind) throws Exception {
    try (ServerProcess server = server(Map.of());
        Proxy proxy = proxy(kind, server)) {
      WebSocket alice = connect(proxy, new Idle(0));
      String line = "opened connection=alice/";
      Await.until("the log line", () -> server.output().contains(line));
      String opened = server.output().lines().filter(l -> l.contains(line)).findFirst().get();
      assertTrue(opened.endsWith(" address=" + CLIENT), opened);
      alice.abort();
    }
  }

  @ParameterizedTest
  @EnumSource
  void pageIsReachableAndWhatOperatorsUseIsNot(Proxy.Kind kind) throws Exception {
    try (ServerProcess server = server(Map.of());
        Proxy proxy = proxy(kind, server)) {
      String secure = "https://localhost:" + proxy.port();
      assertEquals(200, get(secure + "/").statusCode());
      HttpResponse<String> plain = get("http://localhost:" + proxy.plainPort() + "/");
      assertTrue(List.of(301, 308).contains(plain.statusCode()), plain::toString);
      for (String path : List.of("/metrics", "/health", "/health/ready", "/admin")) {
        assertEquals(200, get("http://127.0.0.1:" + server.port() + path).statusCode(), path);
        assertEquals(404, get(secure + path).statusCode(), path);
      }
      for (String path :
          List.of(
              "/%6detrics", "//metrics", "/METRICS", "/page/../metrics", "/metrics?", "/./admin")) {
        assertTrue(get(secure + path).statusCode() >= 400, path);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void pingsHoldAnIdleConnection(Proxy.Kind kind) throws Exception {
    int pingSeconds = Integer.parseInt(Setting.WS_HEARTBEAT_INTERVAL.defaultValue());
    assertTrue(kind.idleSeconds().map(idle -> idle > 2 * pingSeconds).orElse(true));
    // The same in a tenth of the time and less: three times the proxy's limit passes.
    Optional<Integer> limit = kind.idleSeconds().map(idle -> 3);
    try (ServerProcess server = server(Map.of("WS_HEARTBEAT_INTERVAL", "1"));
        Proxy proxy = new Proxy(kind, folder, pem, server.port(), limit)) {
      Idle idle = new Idle(9);
      WebSocket alice = connect(proxy, idle);
      idle.awaitPings();
      alice.abort();
    }
  }

  /** Shows that the limit in the test above is that of WebSockets; Caddy has none. */
  @ParameterizedTest
  @EnumSource(names = "CADDY", mode = EnumSource.Mode.EXCLUDE)
  void proxyCutsAnIdleConnectionWithoutPings(Proxy.Kind kind) throws Exception {
    try (ServerProcess server = server(Map.of());
        Proxy proxy = new Proxy(kind, folder, pem, server.port(), Optional.of(1))) {
      Idle idle = new Idle(0);
      WebSocket unused = connect(proxy, idle);
      idle.end.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void reloadLosesNoMessage(Proxy.Kind kind) throws Exception {
    Path trust = folder.resolve("trust.p12");
    keystore.writeTrustStore(trust);
    List<String> options =
        List.of(
            "-Djavax.net.ssl.trustStore=" + trust,
            "-Djavax.net.ssl.trustStorePassword=" + TestKeystore.PASSWORD);
    try (ServerProcess server =
            server(Map.of("RATE_LIMIT_MESSAGES", "0", "HISTORY_SIZE", "100000"));
        Proxy proxy = proxy(kind, server);
        RawClient alice = server.connect("alice");
        ChildJvm bob = chat(options, "wss://localhost:" + proxy.port())) {
      Await.until("bob to connect", () -> connects(server) == 1);
      AtomicInteger said = new AtomicInteger();
      say(alice, said.getAndIncrement());
      Await.until("the first message " + bob.err(), () -> said(bob).size() == 1);
      proxy.reload();
      Await.until(
          "the old connection to be cut and bob to be back",
          () -> {
            say(alice, said.getAndIncrement());
            return connects(server) == 2;
          });
      say(alice, said.getAndIncrement());
      int all = said.get();
      Await.until("all messages " + bob.err(), () -> said(bob).size() >= all);
      assertEquals(IntStream.range(0, all).mapToObj(i -> "line " + i).toList(), said(bob));
    }
  }

  private static ChildJvm chat(List<String> options, String url) {
    return ChildJvm.run(options, "chat", "--url", url, "--user", "bob");
  }

  private static void say(RawClient alice, int number) {
    alice.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"line %d\"}}"
            .formatted(number));
    alice.nextJson("chat_message");
  }

  private static long connects(ServerProcess server) {
    return server.output().lines().filter(l -> l.contains("opened connection=bob/")).count();
  }

  /** Returns the messages that the chat has printed. */
  private static List<String> said(ChildJvm chat) {
    return chat.out().stream()
        .filter(line -> line.contains("line "))
        .map(line -> line.substring(line.indexOf("line ")))
        .toList();
  }
}
