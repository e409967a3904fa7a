package agentcore.torture;

import java.util.List;

/** Where servers are; which of them answers, one finds out. */
interface Ports {
  int count();

  /** Returns the port of a server, at which it may listen or not. */
  int of(int server);

  /** Returns fixed ports. */
  static Ports of(List<Integer> ports) {
    return new Ports() {
      @Override
      public int count() {
        return ports.size();
      }

      @Override
      public int of(int server) {
        return ports.get(server);
      }
    };
  }
}
