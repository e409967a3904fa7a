package agentcore.torture;

import java.util.List;

/** The ports of the servers under test. A server may be down. */
interface Ports {
  int count();

  /** Returns a server's port, whether or not the server is listening. */
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
