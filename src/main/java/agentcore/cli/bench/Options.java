package agentcore.cli.bench;

import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
import agentcore.core.auth.SigningKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure.
 *
 * @param targets servers that share their rooms; the connections take turns among them
 * @param connections members of rooms, including the senders
 * @param ratePerSecond messages of all senders together; 0 for as many as the server takes
 * @param inFlight with rate 0, how many messages a sender may have in flight
 * @param textBytes length of each message's text
 * @param idle further connections, which join no room
 * @param slow members that stop reading when the measurement begins
 * @param serverPids processes whose CPU time and memory are reported
 * @param keys sign a token for every user, if the server requires tokens
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
      Measures a chat server: messages delivered, latency, cost, and whether every message arrived.

        agentcore bench [OPTIONS]

        --url URL           the server [ws://127.0.0.1:8000]; /ws/{user} is appended if there is no path;
                            several, separated by commas, if they share their rooms. With wss:// Java must
                            trust the certificate
        --conns N           connections that join a room [100]
        --rooms N           rooms; the connections are spread evenly over them [1]
        --senders N         how many of the connections send, spread evenly over the rooms [one per room]
        --rate N            messages per second of all senders together; 0 for as many as possible [0]
        --inflight N        with --rate 0: messages that each sender has under way [32]
        --size N            bytes of a message's text [100]
        --seconds N         how long to measure [10]
        --warmup N          seconds of traffic before the measurement [5]
        --idle N            further connections, which join no room and send nothing [0]
        --slow N            members that stop reading when the measurement begins [0]
        --server-pid PID    the server's process (several, separated by commas), to report CPU and memory
        --token-secret S    the server's AUTH_SECRET, to sign tokens with
        --source ADDRESSES  local addresses to connect from, separated by commas: each has about 28,000 ports
        --json              print the figures as one line of JSON, and the table on standard error

      Every connection is a user of its own, and every run uses new rooms. Start the server with
      RATE_LIMIT_MESSAGES=0 DEFAULT_ROOM= MAX_TOTAL_CONNECTIONS=20000, and use `ulimit -n 20000` for both.

      Exit codes: 0 measured, 1 failed, 2 wrong usage. Lost messages are a figure, not a failure.
      """;

  private static final Set<String> WITH_VALUE =
      Set.of(
          "--url",
          "--conns",
          "--rooms",
          "--senders",
          "--rate",
          "--inflight",
          "--size",
          "--seconds",
          "--warmup",
          "--idle",
          "--slow",
          "--server-pid",
          "--token-secret",
          "--source");

  private static final String JSON = "--json";

  private static final int MAX_CONNECTIONS = 1_000_000;
  private static final int MAX_TEXT_BYTES = 1_000_000;
  private static final int MAX_SECONDS = 86_400;
  private static final double MAX_RATE = 1e7;

  Options {
    targets = List.copyOf(targets);
    serverPids = List.copyOf(serverPids);
    sources = List.copyOf(sources);
  }

  static Options parse(List<String> args) throws UsageException {
    Flags flags = Flags.parse(args, WITH_VALUE, Set.of(JSON));
    int connections = integer(flags, "--conns", 100, 0, MAX_CONNECTIONS);
    int idle = integer(flags, "--idle", 0, 0, MAX_CONNECTIONS);
    int rooms = integer(flags, "--rooms", 1, 1, Math.max(1, connections));
    int senders = integer(flags, "--senders", Math.min(rooms, connections), 0, connections);
    if (connections + idle == 0) {
      throw new UsageException("--conns and --idle are both 0: nothing to measure");
    }
    return new Options(
        targets(flags),
        connections,
        rooms,
        senders,
        rate(flags),
        integer(flags, "--inflight", 32, 1, 100_000),
        integer(flags, "--size", 100, ChatText.MIN_BYTES, MAX_TEXT_BYTES),
        Duration.ofSeconds(integer(flags, "--seconds", 10, 1, MAX_SECONDS)),
        Duration.ofSeconds(integer(flags, "--warmup", 5, 0, MAX_SECONDS)),
        idle,
        integer(flags, "--slow", 0, 0, connections - senders),
        serverPids(flags),
        keys(flags),
        sources(flags),
        flags.has(JSON));
  }

  private static int integer(Flags flags, String name, int byDefault, int min, int max)
      throws UsageException {
    String value = flags.get(name).orElse("" + byDefault);
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new UsageException(
        name + " must be an integer from " + min + " to " + max + ": " + value);
  }

  private static double rate(Flags flags) throws UsageException {
    String value = flags.get("--rate").orElse("0");
    try {
      double rate = Double.parseDouble(value);
      if (rate >= 0 && rate <= MAX_RATE) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new UsageException("--rate must be a number from 0 to 10000000: " + value);
  }

  private static List<Target> targets(Flags flags) throws UsageException {
    List<Target> targets = new ArrayList<>();
    for (String url : flags.get("--url").orElse("ws://127.0.0.1:8000").split(",", -1)) {
      targets.add(Target.parse(url));
    }
    return targets;
  }

  private static List<Long> serverPids(Flags flags) throws UsageException {
    List<Long> pids = new ArrayList<>();
    for (String pid : list(flags, "--server-pid")) {
      try {
        pids.add(Long.parseLong(pid));
      } catch (NumberFormatException e) {
        throw new UsageException("--server-pid must be a number: " + pid);
      }
      if (ProcessHandle.of(pids.getLast()).isEmpty()) {
        throw new UsageException("--server-pid: no such process: " + pid);
      }
    }
    return pids;
  }

  private static Optional<SigningKeys> keys(Flags flags) throws UsageException {
    try {
      return flags.get("--token-secret").map(SigningKeys::parse);
    } catch (IllegalArgumentException tooShort) {
      throw new UsageException("--token-secret " + tooShort.getMessage());
    }
  }

  private static List<InetSocketAddress> sources(Flags flags) throws UsageException {
    List<InetSocketAddress> sources = new ArrayList<>();
    for (String source : list(flags, "--source")) {
      try {
        sources.add(new InetSocketAddress(InetAddress.getByName(source), 0));
      } catch (UnknownHostException e) {
        throw new UsageException("--source is not an address: " + source);
      }
    }
    return sources;
  }

  private static List<String> list(Flags flags, String name) {
    return flags.get(name).map(value -> List.of(value.split(",", -1))).orElse(List.of());
  }

  /** Returns the room of a connection, or of a sender: the senders are the first connections. */
  int roomOf(int connection) {
    return connection % rooms;
  }
}
