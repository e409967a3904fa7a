package agentcore.cli.bench;

import agentcore.core.auth.SigningKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private static final int MAX_CONNECTIONS = 1_000_000;
  private static final int MAX_TEXT_BYTES = 1_000_000;
  private static final int MAX_SECONDS = 86_400;

  private final Map<String, String> values = new HashMap<>();
  private boolean json;

  private OptionsParser() {}

  static Options parse(List<String> args) throws BadOptionException {
    OptionsParser parser = new OptionsParser();
    parser.collect(args);
    return parser.options();
  }

  private void collect(List<String> args) throws BadOptionException {
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      int equals = arg.indexOf('=');
      String name = equals < 0 ? arg : arg.substring(0, equals);
      if (arg.equals("--json")) {
        json = true;
        continue;
      }
      if (!NAMES.contains(name)) {
        throw new BadOptionException("no such option: " + name);
      }
      if (equals < 0 && i + 1 == args.size()) {
        throw new BadOptionException("a value is missing behind " + name);
      }
      values.put(name, equals < 0 ? args.get(++i) : arg.substring(equals + 1));
    }
  }

  private Options options() throws BadOptionException {
    int connections = integer("--conns", 100, 0, MAX_CONNECTIONS);
    int idle = integer("--idle", 0, 0, MAX_CONNECTIONS);
    int rooms = integer("--rooms", 1, 1, Math.max(1, connections));
    int senders = integer("--senders", Math.min(rooms, connections), 0, connections);
    if (connections + idle == 0) {
      throw new BadOptionException("--conns and --idle are both 0: nothing to measure");
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
        json);
  }

  private int integer(String name, int byDefault, int min, int max) throws BadOptionException {
    String value = values.get(name);
    if (value == null) {
      return byDefault;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new BadOptionException(
        "%s must be an integer from %d to %d: %s".formatted(name, min, max, value));
  }

  private double rate() throws BadOptionException {
    String value = values.getOrDefault("--rate", "0");
    try {
      double rate = Double.parseDouble(value);
      if (rate >= 0 && rate <= 1e7) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new BadOptionException("--rate must be a number from 0 to 10000000: " + value);
  }

  private List<Target> targets() throws BadOptionException {
    List<Target> targets = new ArrayList<>();
    for (String url : values.getOrDefault("--url", "ws://127.0.0.1:8000").split(",", -1)) {
      targets.add(Target.parse(url));
    }
    return targets;
  }

  private List<Long> serverPids() throws BadOptionException {
    List<Long> pids = new ArrayList<>();
    for (String pid : list("--server-pid")) {
      try {
        pids.add(Long.parseLong(pid));
      } catch (NumberFormatException e) {
        throw new BadOptionException("--server-pid must be a number: " + pid);
      }
      if (ProcessHandle.of(pids.getLast()).isEmpty()) {
        throw new BadOptionException("--server-pid: no such process: " + pid);
      }
    }
    return pids;
  }

  private Optional<SigningKeys> keys() throws BadOptionException {
    String secret = values.get("--token-secret");
    try {
      return secret == null ? Optional.empty() : Optional.of(SigningKeys.parse(secret));
    } catch (IllegalArgumentException tooShort) {
      throw new BadOptionException("--token-secret " + tooShort.getMessage());
    }
  }

  private List<InetSocketAddress> sources() throws BadOptionException {
    List<InetSocketAddress> sources = new ArrayList<>();
    for (String source : list("--source")) {
      try {
        sources.add(new InetSocketAddress(InetAddress.getByName(source), 0));
      } catch (UnknownHostException e) {
        throw new BadOptionException("--source is no address: " + source);
      }
    }
    return sources;
  }

  private List<String> list(String name) {
    String value = values.get(name);
    return value == null ? List.of() : List.of(value.split(",", -1));
  }
}
