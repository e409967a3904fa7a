package agentcore.compare;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Prints AgentCore, the peer and bare writes side by side. Every figure is the median of several
 * rounds.
 */
public final class Compare {
  private static final String[] OURS = {"bin/agentcore", "serve"};

  /** At full speed, whatever the scenario: a slow one would not warm up the compiler. */
  private static final List<String> WARM_UP =
      Scenario.words("--rate 0 --idle 0 --warmup 0 --seconds 3");

  private static final String PER_DELIVERY = "server_us_per_delivery";

  private final Generator generator = new Generator();
  private final Results results = new Results();
  private final int rounds;
  private final Optional<String> only;
  private final Optional<String> peer;

  private Compare(int rounds, Optional<String> only, Optional<String> peer) {
    this.rounds = rounds;
    this.only = only;
    this.peer = peer;
  }

  /** Arguments: the number of rounds, one scenario or "" for all, the peer's script or "". */
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    new Compare(Integer.parseInt(args[0]), nonEmpty(args[1]), nonEmpty(args[2])).run();
  }

  private static Optional<String> nonEmpty(String text) {
    return Optional.of(text).filter(t -> !t.isEmpty());
  }

  private void run() throws IOException {
    System.out.printf(
        "Medians of %d rounds, in us of server CPU per delivered message, if not stated otherwise.%n%n",
        rounds);
    row("", "ours", "node ws", "bare write", "node ws/ours", "ours/bare");
    for (Scenario scenario : Scenario.DELIVERY) {
      if (wanted(scenario)) {
        deliveries(scenario);
      }
    }
    if (wanted(Scenario.BESIDE)) {
      deliveries(Scenario.BESIDE);
    }
    if (wanted(Scenario.IDLE)) {
      idle();
    }
    if (wanted(Scenario.REDIS)) {
      redis();
    }
    System.out.printf("%n%s.%n", generator.verdict());
    if (only.isEmpty() && peer.isPresent()) {
      results.write(rounds, nodeVersion());
    }
  }

  private static String nodeVersion() throws IOException {
    Process node = new ProcessBuilder("node", "--version").start();
    try (BufferedReader out = node.inputReader()) {
      return out.readLine().replaceFirst("^v(\\d+).*", "$1");
    }
  }

  private boolean wanted(Scenario scenario) {
    return only.isEmpty() || only.get().equals(scenario.name());
  }

  private void deliveries(Scenario scenario) throws IOException {
    Samples ours = new Samples();
    Samples theirs = new Samples();
    Samples bare = new Samples();
    try (Server server = ours();
        Servers peers = peers()) {
      generator.run(List.of(server), with(scenario, WARM_UP));
      for (Server node : peers.all()) {
        generator.run(List.of(node), with(scenario, WARM_UP));
      }
      for (int round = 0; round < rounds; round++) {
        ours.add(generator.run(List.of(server), round(scenario)), PER_DELIVERY);
        for (Server node : peers.all()) {
          theirs.add(generator.run(List.of(node), round(scenario)), PER_DELIVERY);
        }
        floor(scenario.floor(), bare);
      }
    }
    compare(scenario.title(), "", ours, theirs, bare, scenario.floor().note());
  }

  private static void floor(Scenario.FloorOf write, Samples bare) throws IOException {
    if (write.sockets() > 0) {
      try (Floor floor = new Floor(write.sockets())) {
        floor.measure(write.together(), write.rate(), 0.3);
        bare.add(floor.measure(write.together(), write.rate(), 1));
      }
    }
  }

  private void idle() throws IOException {
    Samples[] cold = {new Samples(), new Samples()};
    Samples[] warm = {new Samples(), new Samples()};
    Samples[] memory = {new Samples(), new Samples()};
    for (int round = 0; round < rounds; round++) {
      connects(cold, warm);
      memory(memory);
    }
    Samples none = new Samples();
    compare("memory for each of 10,000 idle connections", " KB", memory[0], memory[1], none, "");
    compare("CPU for each connect, to a new server", " us", cold[0], cold[1], none, "");
    compare("CPU for each connect, to a warm server", " us", warm[0], warm[1], none, "");
  }

  /** Connects twice: to a new server, and to the same server when it is warm. */
  private void connects(Samples[] cold, Samples[] warm) throws IOException {
    List<String> options = with(Scenario.IDLE, Scenario.words("--warmup 0 --seconds 1"));
    try (Server server = ours();
        Servers peers = peers()) {
      List<Server> both = all(server, peers);
      for (int i = 0; i < both.size(); i++) {
        List<Server> each = List.of(both.get(i));
        cold[i].add(generator.run(each, options), "server_us_per_connect");
        both.get(i).settle();
        warm[i].add(generator.run(each, options), "server_us_per_connect");
      }
    }
  }

  /**
   * Other clients come and go first, so that memory that the server needs anyway is not counted.
   */
  private void memory(Samples[] memory) throws IOException {
    try (Server server = ours();
        Servers peers = peers()) {
      List<Server> both = all(server, peers);
      for (int i = 0; i < both.size(); i++) {
        Server each = both.get(i);
        generator.run(List.of(each), Scenario.words("--conns 0 --idle 500 --warmup 0 --seconds 1"));
        each.settle();
        each.collectGarbage();
        List<String> options = with(Scenario.IDLE, Scenario.words("--warmup 0 --seconds 2"));
        JsonObject run = generator.run(List.of(each), options, each::collectGarbage);
        memory[i].add(run, "server_kb_per_connection");
      }
    }
  }

  private static List<Server> all(Server server, Servers peers) {
    List<Server> all = new ArrayList<>(List.of(server));
    all.addAll(peers.all());
    return all;
  }

  private void redis() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Process redis;
    try {
      redis =
          new ProcessBuilder(
                  "redis-server", "--port", "" + port, "--save", "", "--bind", "127.0.0.1")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException notInstalled) {
      System.out.println("(redis-server is not installed: skipping the scenario with two servers)");
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(redis::destroyForcibly));
    Map<String, String> settings =
        Map.of("BACKEND_TYPE", "redis", "REDIS_URL", "redis://127.0.0.1:" + port + "/0");
    Samples ours = new Samples();
    try (Server one = ours();
        Server first = Server.start(settings, OURS);
        Server second = Server.start(settings, OURS)) {
      Samples alone = new Samples();
      generator.run(List.of(one), with(Scenario.REDIS, WARM_UP));
      generator.run(List.of(first, second), with(Scenario.REDIS, WARM_UP));
      for (int round = 0; round < rounds; round++) {
        alone.add(generator.run(List.of(one), round(Scenario.REDIS)), PER_DELIVERY);
        ours.add(generator.run(List.of(first, second), round(Scenario.REDIS)), PER_DELIVERY);
      }
      row(
          Scenario.REDIS.title(),
          ours.text(),
          "",
          "",
          "",
          "%.1f x memory".formatted(ours.median() / alone.median()));
      results.add(Scenario.REDIS.title(), Results.figure(ours, ""), "", "");
    } finally {
      redis.destroy();
    }
  }

  /** Slow scenarios take longer, because the system counts CPU time in steps of 10 ms. */
  private static List<String> round(Scenario scenario) {
    boolean slow = scenario.options().contains("--rate");
    return with(scenario, Scenario.words("--warmup 1 --seconds " + (slow ? 2 : 1)));
  }

  private static List<String> with(Scenario scenario, List<String> more) {
    List<String> options = new ArrayList<>(scenario.options());
    options.addAll(more);
    return options;
  }

  private static Server ours() throws IOException {
    return Server.start(Map.of(), OURS);
  }

  /** The peer, or no server if the peer cannot run here. */
  private record Servers(List<Server> all) implements AutoCloseable {
    @Override
    public void close() {
      all.forEach(Server::close);
    }
  }

  private Servers peers() throws IOException {
    return new Servers(
        peer.isEmpty() ? List.of() : List.of(Server.start(Map.of(), "node", peer.get())));
  }

  private void compare(
      String title, String unit, Samples ours, Samples theirs, Samples bare, String note) {
    results.add(
        title,
        Results.figure(ours, unit),
        Results.figure(theirs, unit),
        bare.isEmpty() ? "" : Results.figure(bare, unit) + note);
    row(title, ours.text(), theirs.text(), bare.text(), ratio(theirs, ours), ratio(ours, bare));
  }

  private static String ratio(Samples over, Samples under) {
    return over.isEmpty() || under.isEmpty()
        ? ""
        : String.format(Locale.ROOT, "%.2f", over.median() / under.median());
  }

  private static void row(String title, Object... cells) {
    System.out.printf(
        "%-58s %10s %10s %10s %14s %12s%n",
        title, cells[0], cells[1], cells[2], cells[3], cells[4]);
  }
}
