package agentcore.cli.bench;

import agentcore.core.security.SigningKeys;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is to be measured.
 *
 * @param targets servers that share their rooms; connections are dealt out to them in turn
 * @param connections members of rooms, the senders among them
 * @param ratePerSecond messages of all senders together; 0 for as many as get through
 * @param inFlight with rate 0, messages of a sender that it has not got back yet
 * @param textBytes of each message
 * @param idle connections beside those, that are in no room of ours
 * @param slow members that stop reading when the measurement begins
 * @param serverPids processes whose CPU and memory are told
 * @param keys sign a token for every user, where the server asks for one
 * @param sources local addresses to connect from, in turn; empty for any
 */
record Options(
    List<Target> targets,
    int connections,
    int rooms,
    int senders,
    double ratePerSecond,
    int inFlight,
    int textBytes,
    Duration measured,
    Duration warmUp,
    int idle,
    int slow,
    List<Long> serverPids,
    Optional<SigningKeys> keys,
    List<InetSocketAddress> sources,
    boolean json) {

  static final String HELP =
      """
      Measures a chat server: how much it delivers, how fast, at which cost, and whether all of it.

        agentcore bench [OPTIONS]

        --url URL           the server [ws://127.0.0.1:8000]; /ws/{user} is added unless a path is given;
                            several with commas where servers share their rooms
        --conns N           connections that are in a room [100]
        --rooms N           rooms, to which they are dealt out in turn [1]
        --senders N         how many of them send, dealt out to the rooms alike [one in each room]
        --rate N            messages a second, of all senders together; 0 for as many as get through [0]
        --inflight N        with --rate 0: messages that a sender has on their way at once [32]
        --size N            bytes of a message's text [100]
        --seconds N         how long to measure [10]
        --warmup N          how long to send before that, in seconds [5]
        --idle N            more connections, which are in no room and say nothing [0]
        --slow N            members that stop reading when the measurement begins [0]
        --server-pid PID    the server's process (several with commas), to tell its CPU and memory
        --token-secret S    the server's AUTH_SECRET, to sign tokens with
        --source ADDRESSES  local addresses to connect from, with commas: one alone has about 28,000 ports
        --json              print the figures as one line of JSON, the table on the standard error

      Every connection is a user of its own, and every run has rooms of its own. Start the server with
      RATE_LIMIT_MESSAGES=0 DEFAULT_ROOM= MAX_TOTAL_CONNECTIONS=20000, and `ulimit -n 20000` for both.

      Exit codes: 0 measured, 1 failed, 2 called wrongly. A loss is a figure, not a failure.
      """;

  Options {
    targets = List.copyOf(targets);
    serverPids = List.copyOf(serverPids);
    sources = List.copyOf(sources);
  }

  /** Returns the room of a connection, or of a sender: the senders are the first connections. */
  int roomOf(int connection) {
    return connection % rooms;
  }
}
