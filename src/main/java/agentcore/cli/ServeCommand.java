package agentcore.cli;

import agentcore.cli.common.Arguments;
import agentcore.cli.common.Team;
import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.ConfigException;
import agentcore.core.Setting;
import agentcore.core.backend.BackendException;
import agentcore.example.ChatConsumer;
import agentcore.example.ChatSetting;
import agentcore.example.http.ChatHttp;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Runs the chat server until SIGTERM, SIGINT or an interrupt. */
final class ServeCommand {
  private static final String PATH = "/ws/{user_id}";

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  ServeCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = environment;
  }

  int run(Arguments arguments) throws ConfigException {
    Logs.prepare();
    return arguments.isTeam()
        ? runTeam(arguments)
        : run(arguments.load(environment), (config, port) -> List.of());
  }

  /** Creates the team's secret if there is none. A start that fails removes it again. */
  private int runTeam(Arguments arguments) throws ConfigException {
    Optional<Path> created;
    try {
      created = Team.createSecret(arguments.inspect(environment).config(), environment);
    } catch (IOException e) {
      err.println("agentcore: " + e.getMessage());
      return Cli.FAILED;
    }
    int code = Cli.FAILED;
    try {
      Config config = arguments.load(environment);
      if (config.text(Setting.AUTH_SECRET).isEmpty()) {
        throw new ConfigException(List.of(Team.FLAG + ": the secret has been removed"));
      }
      code = run(config, created.isPresent() ? TeamLines::first : TeamLines::later);
      return code;
    } finally {
      if (code != Cli.OK) {
        created.map(Path::toFile).ifPresent(File::delete);
      }
    }
  }

  private int run(Config config, BiFunction<Config, Integer, List<String>> first) {
    try (LogWriter log =
        Logs.configure(
            config.text(ChatSetting.LOG_LEVEL), config.text(ChatSetting.LOG_FORMAT), err)) {
      return run(config, first, log);
    }
  }

  private int run(Config config, BiFunction<Config, Integer, List<String>> first, LogWriter log) {
    try (AgentCore server = chat(config).start()) {
      return serve(server, config, first, log);
    } catch (BackendException | IOException e) {
      log.flush();
      err.println("agentcore: " + e.getMessage());
    }
    return Cli.FAILED;
  }

  private static AgentCore chat(Config config) {
    AgentCore server = new AgentCore(config).endpoint(PATH, new ChatConsumer(config));
    return ChatHttp.addTo(server, config);
  }

  private int serve(
      AgentCore server,
      Config config,
      BiFunction<Config, Integer, List<String>> first,
      LogWriter log) {
    Thread onSignal = Thread.ofPlatform().name("stop").unstarted(() -> stop(server, log));
    Runtime.getRuntime().addShutdownHook(onSignal);
    first.apply(config, server.port()).forEach(out::println);
    String scheme = config.text(Setting.TLS_KEYSTORE).isEmpty() ? "ws" : "wss";
    String listening =
        scheme + "://" + PageAddress.authority(config.text(Setting.HOST), server.port());
    out.println("AgentCore listening on " + listening + PATH);
    server
        .adminPort()
        .map(port -> PageAddress.authority(config.text(Setting.ADMIN_HOST), port))
        .ifPresent(admin -> out.println("Health and metrics on http://" + admin + "/"));
    if (!config.text(ChatSetting.API_KEYS).isEmpty()) {
      out.println("Page for operators: " + adminPage(server, config));
    }
    out.flush();
    try {
      server.join();
    } catch (InterruptedException stop) {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    }
    return Cli.OK;
  }

  private static String adminPage(AgentCore server, Config config) {
    String scheme = config.text(Setting.TLS_KEYSTORE).isEmpty() ? "http" : "https";
    return server
            .adminPort()
            .map(port -> "http://" + PageAddress.authority(config.text(Setting.ADMIN_HOST), port))
            .orElseGet(
                () ->
                    scheme
                        + "://"
                        + PageAddress.authority(config.text(Setting.HOST), server.port()))
        + "/admin";
  }

  /** Halts with 0, because an orderly end is a success; the JVM would return 143 after SIGTERM. */
  private static void stop(AgentCore server, LogWriter log) {
    server.drain();
    server.close();
    log.flush();
    Runtime.getRuntime().halt(Cli.OK);
  }
}
