package agentcore.metrics;

import agentcore.testkit.RawClient;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The clients of one server; closes them all in the end. */
final class Clients implements AutoCloseable {
  private final int port;
  private final List<RawClient> clients = new ArrayList<>();

  Clients(int port) {
    this.port = port;
  }

  /** Connects and reads the welcome. */
  RawClient enter(String user) {
    RawClient client = connect(RawClient.path(user));
    JsonObject unused = client.nextJson("welcome");
    return client;
  }

  /** Connects to a path. */
  RawClient connect(String path) {
    RawClient client = RawClient.connect(port, path);
    clients.add(client);
    return client;
  }

  MetricReader metrics() {
    return MetricReader.of(port);
  }

  @Override
  public void close() {
    clients.forEach(RawClient::close);
  }
}
