package agentcore.testkit;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.ServerInternals;
import agentcore.core.Setting;
import agentcore.core.backend.Backend;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.consumer.Consumer;
import agentcore.core.group.ConnectionManager;
import agentcore.example.ChatConsumer;
import agentcore.example.ChatSetting;
import agentcore.example.http.ChatHttp;
import agentcore.testkit.process.Program;
import agentcore.testkit.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A server on a free port of 127.0.0.1, in this process or, if {@code make dist-test} tests the
 * packaged program, in a separate process that tests cannot inspect.
 *
 * <p>By default it uses its own {@link MemoryBackend} and runs the chat.
 */
public final class TestServer implements AutoCloseable {
  private final Optional<AgentCore> core;
  private final Optional<ServerProcess> process;

  private TestServer(Optional<AgentCore> core, Optional<ServerProcess> process) {
    this.core = core;
    this.process = process;
  }

  /** Starts a chat server with the default settings. */
  public static TestServer start() {
    return start(Map.of());
  }

  /** Starts a chat server. */
  public static TestServer start(Map<String, String> settings) {
    Config config = config(settings);
    if (Program.isPackaged()) {
      return startPackaged(config);
    }
    return start(config, new MemoryBackend(config.backendLimits()), chat(config));
  }

  /** Starts a chat server on the given backend, which may be shared. */
  public static TestServer start(Map<String, String> settings, Backend backend) {
    Config config = config(settings);
    return start(config, backend, chat(config));
  }

  /** Starts a chat server that also serves the page. */
  public static TestServer startWithPage(Map<String, String> settings) {
    Config config = config(settings);
    if (Program.isPackaged()) {
      return startPackaged(config);
    }
    AgentCore core =
        new AgentCore(config, new MemoryBackend(config.backendLimits()))
            .endpoint("/ws/{user_id}", chat(config));
    return start(ChatHttp.addTo(core, config));
  }

  /** Starts a server with another consumer. */
  public static TestServer start(Map<String, String> settings, Consumer consumer) {
    Config config = config(settings);
    return start(config, new MemoryBackend(config.backendLimits()), consumer);
  }

  /** Starts a server from the given parts. */
  public static TestServer start(Config config, Backend backend, Consumer consumer) {
    return start(new AgentCore(config, backend).endpoint("/ws/{user_id}", consumer));
  }

  /** Starts a server that is assembled but not started. */
  public static TestServer start(AgentCore core) {
    Program.assumeInProcess();
    try {
      return new TestServer(Optional.of(core.start()), Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TestServer startPackaged(Config config) {
    Map<String, String> settings = new HashMap<>();
    for (Setting setting : ChatSetting.all()) {
      if (!config.source(setting).equals("default")) {
        settings.put(setting.name(), config.text(setting));
      }
    }
    return new TestServer(Optional.empty(), Optional.of(ServerProcess.start(settings)));
  }

  /**
   * Returns the default settings, changed by {@code settings}, on a free port of 127.0.0.1. The
   * heartbeat is slow: most clients of tests answer pings only while they read.
   */
  public static Config config(Map<String, String> settings) {
    Config config =
        Config.defaults()
            .with(Setting.HOST, "127.0.0.1")
            .with(Setting.PORT, "0")
            .with(Setting.WS_HEARTBEAT_TIMEOUT, "600")
            .with(Setting.WS_HEARTBEAT_INTERVAL, "300");
    for (Map.Entry<String, String> each : settings.entrySet()) {
      Setting setting =
          Setting.find(ChatSetting.all(), each.getKey())
              .orElseThrow(() -> new IllegalArgumentException("no setting: " + each.getKey()));
      config = config.with(setting, each.getValue());
    }
    return config;
  }

  /** Returns the chat consumer. */
  public static Consumer chat(Config config) {
    return new ChatConsumer(config);
  }

  /** Returns the port that it listens on. */
  public int port() {
    return process.map(ServerProcess::port).orElseGet(() -> core().port());
  }

  /** Returns the server; skips the rest of the test if it runs in another process. */
  public AgentCore core() {
    Program.assumeInProcess();
    return core.orElseThrow();
  }

  /** Returns the server's connections and groups; skips the test as {@link #core} does. */
  public ConnectionManager manager() {
    return ServerInternals.manager(core());
  }

  /** Connects {@code user} without reading anything, not even the welcome. */
  public RawClient connect(String user) {
    return RawClient.connect(port(), RawClient.path(user));
  }

  /** Connects {@code user} and reads the welcome. */
  public RawClient welcomed(String user) {
    RawClient client = connect(user);
    client.nextJson("welcome");
    return client;
  }

  @Override
  public void close() {
    core.ifPresent(AgentCore::close);
    process.ifPresent(ServerProcess::close);
  }
}
