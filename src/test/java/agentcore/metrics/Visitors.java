package agentcore.metrics;

import agentcore.testkit.RawClient;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The clients of one server, which all go in the end. */
final class Visitors implements AutoCloseable {
  private final int port;
  private final List<RawClient> clients = new ArrayList<>();

  Visitors(int port) {
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

  Numbers numbers() {
    return Numbers.of(port);
  }

  @Override
  public void close() {
    clients.forEach(RawClient::close);
  }
}
