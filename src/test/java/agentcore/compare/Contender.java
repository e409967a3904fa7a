package agentcore.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server that is measured, AgentCore or a peer, and how to start it. */
record Contender(String name, List<String> command) {
  static final Contender AGENTCORE =
      new Contender(Results.AGENTCORE, List.of("bin/agentcore", "serve"));

  /** Servers of all contenders, in their order. */
  record Servers(List<Server> all) implements AutoCloseable {
    @Override
    public void close() {
      all.forEach(Server::close);
    }
  }

  Server start(Map<String, String> settings) throws IOException {
    return Server.start(settings, command.toArray(String[]::new));
  }

  static Servers startAll(List<Contender> contenders, Map<String, String> settings)
      throws IOException {
    List<Server> started = new ArrayList<>();
    for (Contender each : contenders) {
      started.add(each.start(settings));
    }
    return new Servers(List.copyOf(started));
  }
}
