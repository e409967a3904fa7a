package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.Backend;
import agentcore.core.backend.GroupId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Several chat servers that share one store, and so act as one. */
public final class TestServers implements AutoCloseable {
  private final SharedStore store;
  private final List<TestServer> servers = new ArrayList<>();
  private final List<Marker> markers = new ArrayList<>();

  /** In place of the markers, where the servers are packaged ones. */
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

  /** The marked connections come on top of those that the test may have. */
  private void addPackaged(Config config, int count) {
    long total = config.integer(Setting.MAX_TOTAL_CONNECTIONS);
    Config roomier = config.with(Setting.MAX_TOTAL_CONNECTIONS, "" + (total + count));
    TestServer server = TestServer.startPackaged(store.addTo(roomier));
    servers.add(server);
    marked.add(MarkedConnection.on(server, config));
  }

  /** Returns one of them; beyond the last begins again with the first. */
  public TestServer get(int index) {
    return servers.get(index % servers.size());
  }

  /** Returns all of them. */
  public List<TestServer> all() {
    return Collections.unmodifiableList(servers);
  }

  /** Waits until every server has heard what any of them has told until now. */
  public void settle() {
    if (Program.isPackaged()) {
      MarkedConnection.settle(store.observer(), marked);
    } else {
      Marker.settle(servers.getFirst().core().manager().backend(), markers);
    }
  }

  /** Returns how many connections the store knows of, over all servers. */
  public int connections() {
    Backend backend =
        Program.isPackaged() ? store.observer() : servers.getFirst().core().manager().backend();
    return backend.presence().counts(List.of(GroupId.all())).getFirst() - marked.size();
  }

  @Override
  public void close() {
    marked.forEach(MarkedConnection::close);
    servers.reversed().forEach(TestServer::close);
    store.close();
  }
}
