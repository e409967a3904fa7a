package agentcore.compare;

import agentcore.compare.Contender.Servers;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Prints AgentCore, its peers and bare writes side by side. Every figure is the median of several
 * rounds.
 */
public final class Compare {
  /** At full speed, whatever the scenario: a slow one would not warm up the compiler. */
  private static final List<String> WARM_UP =
      Scenario.words("--rate 0 --idle 0 --warmup 0 --seconds 3");

  private static final String PER_DELIVERY = "server_us_per_delivery";
  private static final String PER_CONNECT = "server_us_per_connect";
  private static final Map<String, String> DEFAULTS = Map.of();

  private final Generator generator = new Generator();
  private final Results results = new Results();
  private final int rounds;
  private final String only;
  private final List<Contender> contenders;

  private Compare(int rounds, String only, List<Contender> contenders) {
    this.rounds = rounds;
    this.only = only;
    this.contenders = contenders;
  }

  /** Arguments: the number of rounds, one scenario or "" for all, a command or "" for each peer. */
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    List<Contender> contenders = new ArrayList<>(List.of(Contender.AGENTCORE));
    for (int i = 0; i < Results.PEERS.size(); i++) {
      if (!args[2 + i].isEmpty()) {
        contenders.add(new Contender(Results.PEERS.get(i), Scenario.words(args[2 + i])));
      }
    }
    new Compare(Integer.parseInt(args[0]), args[1], contenders).run();
  }

  private void run() throws IOException {
    System.out.printf(
        "Medians of %d rounds, in us of server CPU per delivered message, if not stated otherwise.%n%n",
        rounds);
    System.out.println(Results.line(Results.COLUMNS));
    deliveries(Scenario.ROOM500, DEFAULTS);
    if (wanted(Scenario.TLS)) {
      deliveries(Scenario.TLS, Keys.create());
    }
    deliveries(Scenario.ROOMS100, DEFAULTS);
    deliveries(Scenario.ECHO, DEFAULTS);
    deliveries(Scenario.PACED, DEFAULTS);
    deliveries(Scenario.SMALL, DEFAULTS);
    cold();
    idle();
    redis();
    System.out.printf("%n%s.%n", generator.verdict());
    if (only.isEmpty() && contenders.size() == 1 + Results.PEERS.size()) {
      results.write(how());
      Results.show();
    }
  }

  private String how() throws IOException {
    List<String> versions = new ArrayList<>();
    for (Contender peer : contenders.subList(1, contenders.size())) {
      versions.add(version(peer));
    }
    return "medians of %d rounds (%d of slow rows), %d cores, JDK %d, %s"
        .formatted(
            rounds,
            fewerRounds(),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version().feature(),
            String.join(", ", versions));
  }

  private static String version(Contender peer) throws IOException {
    String program = peer.command().getFirst();
    Process process = new ProcessBuilder(program, "--version").start();
    try (BufferedReader out = process.inputReader()) {
      return Path.of(program).getFileName() + " " + out.readLine().replaceFirst("^v", "");
    }
  }

  private boolean wanted(Scenario scenario) {
    return only.isEmpty() || only.equals(scenario.name());
  }

  /** Rows that take long have fewer rounds. */
  private int fewerRounds() {
    return (rounds + 1) / 2;
  }

  /** Measures warm servers. */
  private void deliveries(Scenario scenario, Map<String, String> settings) throws IOException {
    if (!wanted(scenario)) {
      return;
    }
    List<Samples> samples = samples();
    Samples bare = new Samples();
    try (Servers servers = Contender.startAll(contenders, settings)) {
      for (Server server : servers.all()) {
        generator.run(List.of(server), with(scenario, WARM_UP));
      }
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < samples.size(); i++) {
          Server server = servers.all().get(i);
          samples.get(i).add(generator.run(List.of(server), scenario.options()), PER_DELIVERY);
        }
        floor(scenario.floor(), bare);
      }
    }
    add(scenario.title(), samples, "", Results.figure(bare, scenario.floor().note()));
  }

  private static void floor(Scenario.FloorOf write, Samples bare) throws IOException {
    if (write.sockets() > 0) {
      try (Floor floor = new Floor(write.sockets())) {
        floor.measure(write.together(), write.rate(), 0.2);
        bare.add(floor.measure(write.together(), write.rate(), 0.8));
      }
    }
  }

  /** Measures new servers, all at the same time: each needs only a small part of a core. */
  private void cold() throws IOException {
    if (!wanted(Scenario.COLD)) {
      return;
    }
    List<Samples> samples = samples();
    for (int round = 0; round < fewerRounds(); round++) {
      try (Servers servers = Contender.startAll(contenders, DEFAULTS)) {
        List<JsonObject> runs = generator.runEach(servers.all(), Scenario.COLD.options());
        for (int i = 0; i < samples.size(); i++) {
          samples.get(i).add(runs.get(i), PER_DELIVERY);
        }
      }
    }
    add(Scenario.COLD.title(), samples, "", "");
  }

  private void idle() throws IOException {
    if (!wanted(Scenario.IDLE)) {
      return;
    }
    List<Samples> cold = samples();
    List<Samples> warm = samples();
    List<Samples> memory = samples();
    for (int round = 0; round < fewerRounds(); round++) {
      connects(cold, warm);
      memory(memory);
    }
    add("memory for each of 10,000 idle connections", memory, " KB", "");
    add("CPU for each connect, to a new server", cold, " us", "");
    add("CPU for each connect, to a warm server", warm, " us", "");
  }

  /** Connects twice: to a new server, and to the same server when it is warm. */
  private void connects(List<Samples> cold, List<Samples> warm) throws IOException {
    List<String> options = with(Scenario.IDLE, Scenario.words("--warmup 0 --seconds 1"));
    try (Servers servers = Contender.startAll(contenders, DEFAULTS)) {
      for (int i = 0; i < servers.all().size(); i++) {
        Server server = servers.all().get(i);
        cold.get(i).add(generator.run(List.of(server), options), PER_CONNECT);
        server.settle();
        warm.get(i).add(generator.run(List.of(server), options), PER_CONNECT);
      }
    }
  }

  /**
   * Other clients come and go first, so that memory that the server needs anyway is not counted.
   */
  private void memory(List<Samples> memory) throws IOException {
    List<String> others = Scenario.words("--conns 0 --idle 500 --warmup 0 --seconds 1");
    List<String> options = with(Scenario.IDLE, Scenario.words("--warmup 0 --seconds 1"));
    try (Servers servers = Contender.startAll(contenders, DEFAULTS)) {
      for (int i = 0; i < servers.all().size(); i++) {
        Server server = servers.all().get(i);
        generator.run(List.of(server), others);
        server.settle();
        server.collectGarbage();
        JsonObject run = generator.run(List.of(server), options, server::collectGarbage);
        memory.get(i).add(run, "server_kb_per_connection");
      }
    }
  }

  private void redis() throws IOException {
    if (!wanted(Scenario.REDIS)) {
      return;
    }
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
    try (Server first = Contender.AGENTCORE.start(settings);
        Server second = Contender.AGENTCORE.start(settings)) {
      List<Server> both = List.of(first, second);
      generator.run(both, with(Scenario.REDIS, WARM_UP));
      for (int round = 0; round < fewerRounds(); round++) {
        ours.add(generator.run(both, Scenario.REDIS.options()), PER_DELIVERY);
      }
      add(Scenario.REDIS.title(), List.of(ours), "", "");
    } finally {
      redis.destroy();
    }
  }

  /** Returns the options, in which later ones replace earlier ones. */
  private static List<String> with(Scenario scenario, List<String> more) {
    return Stream.concat(scenario.options().stream(), more.stream()).toList();
  }

  /** Returns the samples of each contender, none yet. */
  private List<Samples> samples() {
    return contenders.stream().map(contender -> new Samples()).toList();
  }

  private void add(String title, List<Samples> samples, String unit, String bare) {
    Map<String, String> figures = new HashMap<>();
    for (int i = 0; i < samples.size(); i++) {
      figures.put(contenders.get(i).name(), Results.figure(samples.get(i), unit));
    }
    System.out.println(Results.line(results.add(title, figures, bare)));
  }
}
