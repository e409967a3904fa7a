package agentcore.protocol.transcript;

import agentcore.testkit.Await;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServers;
import java.util.Map;

/** The chat, on one server or on several that share a store. */
record ChatTarget(TestServers servers) implements Target {
  static ChatTarget start(int count, Map<String, String> settings, SharedStore.Factory stores) {
    return new ChatTarget(TestServers.start(count, settings, stores));
  }

  @Override
  public int port(int index) {
    return servers.get(index).port();
  }

  @Override
  public void settle(Progress progress) {
    servers.settle();
  }

  @Override
  public void awaitEnds(Progress progress) {
    int left = progress.connects() - progress.ends();
    Await.until(left + " registered connections", () -> servers.connections() == left);
  }

  @Override
  public boolean followsDescription() {
    return true;
  }

  @Override
  public void close() {
    servers.close();
  }
}
