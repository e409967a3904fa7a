package agentcore.poison;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.core.group.GroupInternals;
import agentcore.example.http.ChatHttp;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.process.ThreadNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;

/** One server and one honest client for all tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PoisonedServer {
  private final Set<String> threadsBefore = ThreadNames.ofServers();
  private final TestServer server;
  private final HonestClient honest;
  private final int groupsBefore;

  PoisonedServer(Map<String, String> settings) {
    this(TestServer.config(settings), TestServer.chat(TestServer.config(settings)));
  }

  PoisonedServer(Config settings, Consumer consumer) {
    // A test may connect again before the server notices that its last connection is gone.
    Config config = settings.with(Setting.MAX_CONNECTIONS_PER_CLIENT, "1000");
    AgentCore core =
        new AgentCore(config, new MemoryBackend(config.backendLimits()))
            .endpoint("/ws/{user_id}", consumer);
    server = TestServer.start(ChatHttp.addTo(core, config));
    honest = new HonestClient(server.port(), "honest");
    honest.ping();
    groupsBefore = GroupInternals.size(server.manager());
  }

  TestServer server() {
    return server;
  }

  HonestClient honest() {
    return honest;
  }

  /** Connects a client of the chat and reads its welcome. */
  RawClient welcomed(String user) {
    RawClient client = server.connect(user);
    client.nextJson("welcome");
    return client;
  }

  int connections() {
    return server.manager().registry().size();
  }

  /** Waits until only the honest client is connected. */
  void awaitAlone() {
    Await.until("one connection is left, not " + connections(), () -> everywhere() == 1);
  }

  /** Counts in the store, where a connection ends last. */
  private int everywhere() {
    return server.core().backend().presence().counts(List.of(GroupId.all())).getFirst();
  }

  @AfterEach
  void honestClientIsStillServedAndOthersAreGone() {
    honest.ping();
    awaitAlone();
  }

  @AfterAll
  void nothingIsLeftBehind() {
    assertEquals(1, connections());
    Await.until(
        "only its groups are left", () -> GroupInternals.size(server.manager()) == groupsBefore);
    honest.close();
    server.close();
    Await.until("no thread is left: " + threadsLeft(), () -> threadsLeft().isEmpty());
  }

  private Set<String> threadsLeft() {
    Set<String> left = new TreeSet<>(ThreadNames.ofServers());
    left.removeAll(threadsBefore);
    return left;
  }
}
