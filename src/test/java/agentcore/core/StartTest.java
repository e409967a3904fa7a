package agentcore.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.auth.Identity;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.Event;
import agentcore.core.middleware.Verdict;
import agentcore.testkit.Await;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.ThreadNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server is configured before its start, and a start that fails leaves nothing behind: no thread,
 * no port, no open backend.
 */
class StartTest {
  private static final Consumer ECHO =
      Consumer.of("echo", (session, message) -> session.reply(message, Event.of("echo")));

  private final Set<String> threadsBefore = ThreadNames.ofServers();
  private final AtomicBoolean backendClosed = new AtomicBoolean();

  @AfterEach
  void noThreadIsLeft() {
    Await.until("no thread is left: " + threadsLeft(), () -> threadsLeft().isEmpty());
  }

  private Set<String> threadsLeft() {
    Set<String> left = new TreeSet<>(ThreadNames.ofServers());
    left.removeAll(threadsBefore);
    return left;
  }

  private Backend backend(Config config, Runnable onStart) {
    return HookedBackend.of(
        new MemoryBackend(config.backendLimits()),
        (method, arguments) -> {
          if (method.equals("start")) {
            onStart.run();
          } else if (method.equals("close")) {
            backendClosed.set(true);
          }
        });
  }

  private AgentCore server(Config config, Consumer consumer) {
    return new AgentCore(config, backend(config, () -> {})).endpoint("/ws/{user_id}", consumer);
  }

  private <T extends Throwable> T assertFails(Class<T> how, AgentCore server) {
    T failure = assertThrows(how, server::start);
    assertTrue(backendClosed.get());
    assertThrows(IllegalStateException.class, server::start);
    assertThrows(IllegalStateException.class, server::port);
    server.close();
    return failure;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void assertFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      assertEquals(port, socket.getLocalPort());
    }
  }

  @Test
  void startedServerCannotBeConfigured() throws IOException {
    HttpHandler none = request -> HttpResponse.text(404, "");
    try (AgentCore server = server(TestServer.config(Map.of()), ECHO).start()) {
      List<Executable> changes =
          List.of(
              () -> server.authenticate(token -> new Identity(token, Instant.MAX)),
              () -> server.use((client, message) -> Verdict.PASS),
              () -> server.endpoint("/more/{user_id}", ECHO),
              () -> server.http("/more", none),
              () -> server.adminHttp("GET", "/more", none));
      changes.forEach(change -> assertThrows(IllegalStateException.class, change));
      assertTrue(server.authenticator().isEmpty());
    }
  }

  @Test
  void portThatIsTakenEndsTheStartAndFreesTheAdminPort() throws IOException {
    int adminPort = freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Config config =
          TestServer.config(
              Map.of(
                  "PORT", "" + taken.getLocalPort(),
                  "ADMIN_HOST", "127.0.0.1",
                  "ADMIN_PORT", "" + adminPort));
      IOException failure = assertFails(IOException.class, server(config, ECHO));
      assertTrue(failure.getMessage().contains("cannot listen on"), failure.getMessage());
    }
    assertFree(adminPort);
  }

  @Test
  void adminPortThatIsTakenEndsTheStart() throws IOException {
    int port = freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Config config =
          TestServer.config(
              Map.of(
                  "PORT", "" + port,
                  "ADMIN_HOST", "127.0.0.1",
                  "ADMIN_PORT", "" + taken.getLocalPort()));
      IOException failure = assertFails(IOException.class, server(config, ECHO));
      assertTrue(failure.getMessage().contains("cannot listen on"), failure.getMessage());
    }
    assertFree(port);
  }

  @Test
  void hostThatCannotBeFoundEndsTheStart() {
    Config config = TestServer.config(Map.of("HOST", "192.0.2.1")); // RFC 5737: nobody's
    assertFails(IOException.class, server(config, ECHO));
  }

  @Test
  void keystoreThatCannotBeReadEndsTheStart(@TempDir Path folder) throws IOException {
    int port = freePort();
    Path file = Files.writeString(folder.resolve("key.p12"), "no keystore");
    Config config =
        TestServer.config(
            Map.of(
                "PORT", "" + port, "TLS_KEYSTORE", file.toString(), "TLS_PASSWORD", "sesame-4712"));
    assertFails(IOException.class, server(config, ECHO));
    assertFree(port);
  }

  @Test
  void wrongPasswordOfTheKeystoreEndsTheStart(@TempDir Path folder) {
    TestKeystore keystore = TestKeystore.make(folder.resolve("key.p12"), "localhost");
    Config config =
        TestServer.config(
            Map.of("TLS_KEYSTORE", keystore.file().toString(), "TLS_PASSWORD", "not the one"));
    assertFails(IOException.class, server(config, ECHO));
  }

  @Test
  void backendThatCannotBeStartedEndsTheStart() throws IOException {
    int port = freePort();
    Config config = TestServer.config(Map.of("PORT", "" + port));
    for (RuntimeException failure :
        new RuntimeException[] {
          new BackendException("away"), new IllegalStateException("a third party's")
        }) {
      backendClosed.set(false);
      Backend failing =
          backend(
              config,
              () -> {
                throw failure;
              });
      assertFails(
          failure.getClass(), new AgentCore(config, failing).endpoint("/ws/{user_id}", ECHO));
      assertFree(port);
    }
  }

  @Test
  void consumerThatThrowsEndsTheStart() {
    Consumer broken =
        new Consumer() {
          @Override
          public Map<String, Handler> handlers() {
            throw new IllegalStateException("a consumer's defect");
          }
        };
    assertFails(IllegalStateException.class, server(TestServer.config(Map.of()), broken));
  }

  @Test
  void serverIsStartedOnceAndNotAfterItsEnd() throws IOException {
    AgentCore server = server(TestServer.config(Map.of()), ECHO).start();
    assertThrows(IllegalStateException.class, server::start);
    assertTrue(server.port() > 0);
    server.close();
    server.close();
    assertThrows(IllegalStateException.class, server::start);
  }

  @Test
  void closeDuringStartFreesEverythingThatStartOpens() throws IOException {
    int port = freePort();
    Config config = TestServer.config(Map.of("PORT", "" + port));
    AtomicReference<AgentCore> server = new AtomicReference<>();
    Backend slow = backend(config, () -> server.get().close());
    server.set(new AgentCore(config, slow).endpoint("/ws/{user_id}", ECHO));
    assertThrows(IllegalStateException.class, server.get()::start);
    assertFree(port);
  }

  @Test
  void closeRunsEveryStepEvenIfTheBackendThrows() throws Exception {
    Config config =
        TestServer.config(Map.of("ADMIN_HOST", "127.0.0.1", "ADMIN_PORT", "" + freePort()));
    MemoryBackend memory = new MemoryBackend(config.backendLimits());
    Backend failing =
        HookedBackend.of(
            memory,
            (method, arguments) -> {
              if (method.equals("close")) {
                throw new StackOverflowError("a third party's");
              }
            });
    AgentCore server = new AgentCore(config, failing).endpoint("/ws/{user_id}", ECHO).start();
    int adminPort = server.adminPort().orElseThrow();
    int port = server.port();
    server.close();
    server.join();
    assertFree(port);
    assertFree(adminPort);
    memory.close();
  }
}
