package agentcore.cli.bench;

import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
import agentcore.core.security.SigningKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@link Options} from {@code --name value} and {@code --name=value}. */
final class OptionsParser {
  private static final Set<String> NAMES =
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

  private final Flags flags;

  private OptionsParser(Flags flags) {
    this.flags = flags;
  }

  static Options parse(List<String> args) throws UsageException {
    return new OptionsParser(Flags.parse(args, NAMES, Set.of(JSON))).options();
  }

  private Options options() throws UsageException {
    int connections = integer("--conns", 100, 0, MAX_CONNECTIONS);
    int idle = integer("--idle", 0, 0, MAX_CONNECTIONS);
    int rooms = integer("--rooms", 1, 1, Math.max(1, connections));
    int senders = integer("--senders", Math.min(rooms, connections), 0, connections);
    if (connections + idle == 0) {
      throw new UsageException("--conns and --idle are both 0: nothing to measure");
    }
    return new Options(
        targets(),
        connections,
        rooms,
        senders,
        rate(),
        integer("--inflight", 32, 1, 100_000),
        integer("--size", 100, ChatText.MIN_BYTES, MAX_TEXT_BYTES),
        Duration.ofSeconds(integer("--seconds", 10, 1, MAX_SECONDS)),
        Duration.ofSeconds(integer("--warmup", 5, 0, MAX_SECONDS)),
        idle,
        integer("--slow", 0, 0, connections - senders),
        serverPids(),
        keys(),
        sources(),
        flags.has(JSON));
  }

  private int integer(String name, int byDefault, int min, int max) throws UsageException {
    String value = flags.get(name).orElse("" + byDefault);
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UsageException(
        name + " must be an integer from " + min + " to " + max + ": " + value);
  }

  private double rate() throws UsageException {
    String value = flags.get("--rate").orElse("0");
    try {
      double rate = Double.parseDouble(value);
      if (rate >= 0 && rate <= 1e7) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UsageException("--rate must be a number from 0 to 10000000: " + value);
  }

  private List<Target> targets() throws UsageException {
    List<Target> targets = new ArrayList<>();
    for (String url : flags.get("--url").orElse("ws://127.0.0.1:8000").split(",", -1)) {
      targets.add(Target.parse(url));
    }
    return targets;
  }

  private List<Long> serverPids() throws UsageException {
    List<Long> pids = new ArrayList<>();
    for (String pid : list("--server-pid")) {
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

  private Optional<SigningKeys> keys() throws UsageException {
    try {
      return flags.get("--token-secret").map(SigningKeys::parse);
    } catch (IllegalArgumentException tooShort) {
      throw new UsageException("--token-secret " + tooShort.getMessage());
    }
  }

  private List<InetSocketAddress> sources() throws UsageException {
    List<InetSocketAddress> sources = new ArrayList<>();
    for (String source : list("--source")) {
      try {
        sources.add(new InetSocketAddress(InetAddress.getByName(source), 0));
      } catch (UnknownHostException e) {
        throw new UsageException("--source is no address: " + source);
      }
    }
    return sources;
  }

  private List<String> list(String name) {
    return flags.get(name).map(value -> List.of(value.split(",", -1))).orElse(List.of());
  }
}
