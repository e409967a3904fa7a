package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.Backend;
import agentcore.core.backend.GroupId;
import agentcore.testkit.process.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Several chat servers that share one store and so act as one. */
public final class TestServers implements AutoCloseable {
  private final SharedStore store;
  private final List<TestServer> servers = new ArrayList<>();
  private final List<Marker> markers = new ArrayList<>();

  /** Used instead of markers for packaged servers. */
  private final List<MarkedConnection> marked = new ArrayList<>();

  private TestServers(SharedStore store) {
    this.store = store;
  }

  /** Starts {@code count} servers with the same settings on one store. */
  public static TestServers start(
      int count, Map<String, String> settings, SharedStore.Factory factory) {
    Config config = TestServer.config(settings);
    TestServers started = new TestServers(factory.open(config));
    try {
      for (int i = 0; i < count; i++) {
        if (Program.isPackaged()) {
          started.addPackaged(config, count);
        } else {
          started.add(config);
        }
      }
      return started;
    } catch (RuntimeException | AssertionError e) {
      started.close();
      throw e;
    }
  }

  private void add(Config config) {
    Backend backend = store.backend();
    servers.add(TestServer.start(config, backend, TestServer.chat(config)));
    markers.add(Marker.on(backend));
  }

  /** Raises the connection limit by the number of marked connections. */
  private void addPackaged(Config config, int count) {
    long total = config.integer(Setting.MAX_TOTAL_CONNECTIONS);
    Config roomier = config.with(Setting.MAX_TOTAL_CONNECTIONS, "" + (total + count));
    TestServer server = TestServer.startPackaged(store.addTo(roomier));
    servers.add(server);
    marked.add(MarkedConnection.on(server, config));
  }

  /** Returns the server at this index modulo the number of servers. */
  public TestServer get(int index) {
    return servers.get(index % servers.size());
  }

  /** Returns all servers. */
  public List<TestServer> all() {
    return Collections.unmodifiableList(servers);
  }

  /** Waits until every server has received all signals sent so far. */
  public void settle() {
    if (Program.isPackaged()) {
      MarkedConnection.settle(store.observer(), marked);
    } else {
      Marker.settle(servers.getFirst().core().backend(), markers);
    }
  }

  /** Returns the number of connections in the store, over all servers. */
  public int connections() {
    Backend backend = Program.isPackaged() ? store.observer() : servers.getFirst().core().backend();
    return backend.presence().counts(List.of(GroupId.all())).getFirst() - marked.size();
  }

  @Override
  public void close() {
    marked.forEach(MarkedConnection::close);
    servers.reversed().forEach(TestServer::close);
    store.close();
  }
}
