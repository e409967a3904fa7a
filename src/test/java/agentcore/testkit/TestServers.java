package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.backend.Backend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Several chat servers that share one store, and so act as one. */
public final class TestServers implements AutoCloseable {
  private final SharedStore store;
  private final List<TestServer> servers = new ArrayList<>();
  private final List<Marker> markers = new ArrayList<>();

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
        Backend backend = started.store.backend();
        started.servers.add(TestServer.start(config, backend, TestServer.chat(config)));
        started.markers.add(Marker.on(backend));
      }
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
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
    Marker.settle(servers.getFirst().core().manager().backend(), markers);
  }

  @Override
  public void close() {
    servers.reversed().forEach(TestServer::close);
    store.close();
  }
}
