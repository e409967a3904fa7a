package agentcore.cli.bench;

import java.util.List;

/**
 * Connections that ended though nobody asked them to.
 *
 * @param count how many
 * @param first why the first of them did, empty if none did
 */
record Ends(long count, String first) {
  static Ends of(Swarm swarm) {
    List<Client> ended =
        swarm.clients().stream().filter(c -> c.state() == Client.State.CLOSED).toList();
    return new Ends(ended.size(), ended.isEmpty() ? "" : Hints.with(ended.getFirst().end()));
  }
}
