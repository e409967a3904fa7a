package agentcore.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.Await;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * A real headless browser, in a separate process with its own profile, controlled by the Chrome
 * DevTools Protocol over one WebSocket.
 */
final class Chromium implements AutoCloseable {
  private static final String PROGRAM = "chromium";

  private final Path profile;
  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Thread atExit = Thread.ofPlatform().unstarted(this::kill);
  private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
  private final List<Tab> tabs = new CopyOnWriteArrayList<>();
  private final AtomicInteger lastId = new AtomicInteger();
  private final ReentrantLock sending = new ReentrantLock();
  private final WebSocket socket;

  private Chromium(Path profile, Process process) {
    this.profile = profile;
    this.process = process;
    Runtime.getRuntime().addShutdownHook(atExit);
    this.socket =
        http.newWebSocketBuilder()
            .buildAsync(awaitAddress(), new Receiver())
            .orTimeout(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)
            .join();
  }

  /** Starts a browser; skips the test if none is installed. */
  static Chromium start() {
    assumeTrue(isInstalled(), PROGRAM + " is not installed");
    try {
      Path profile = Files.createTempDirectory("agentcore-browser");
      List<String> command =
          List.of(
              PROGRAM,
              "--headless=new",
              "--remote-debugging-port=0",
              "--user-data-dir=" + profile,
              "--no-sandbox",
              "--disable-gpu",
              "--disable-quic",
              "--no-first-run",
              "--disable-background-networking",
              "--disable-component-update",
              "--disable-sync",
              "about:blank");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      return new Chromium(profile, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isInstalled() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
  }

  /** Reads the DevTools address, a port and a path, which the browser writes into its profile. */
  private URI awaitAddress() {
    Path file = profile.resolve("DevToolsActivePort");
    List<String> lines = new ArrayList<>();
    Await.until(
        "the browser to listen",
        () -> {
          lines.clear();
          lines.addAll(linesOf(file));
          return lines.size() >= 2;
        });
    return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
  }

  private static List<String> linesOf(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a page in a new context, with its own cookies, storage and cache. */
  Tab open(String url) {
    String context = text(call("", "Target.createBrowserContext", "{}"), "browserContextId");
    return openIn(context, url);
  }

  /** Opens another page in the context of a tab. */
  Tab openBeside(Tab tab, String url) {
    return openIn(tab.context(), url);
  }

  private Tab openIn(String context, String url) {
    JsonObject where = new JsonObject();
    where.addProperty("url", "about:blank");
    where.addProperty("browserContextId", context);
    String target = text(call("", "Target.createTarget", where.toString()), "targetId");
    JsonObject attach = new JsonObject();
    attach.addProperty("targetId", target);
    attach.addProperty("flatten", true);
    String session = text(call("", "Target.attachToTarget", attach.toString()), "sessionId");
    Tab tab = new Tab(this, context, target, session);
    tabs.add(tab);
    tab.begin(url);
    return tab;
  }

  void forget(Tab tab) {
    tabs.remove(tab);
  }

  /**
   * Calls a method and waits for its result.
   *
   * @param session the session of a tab, or empty for the browser itself
   * @param parameters JSON
   */
  JsonObject call(String session, String method, String parameters) {
    int id = lastId.incrementAndGet();
    JsonObject call = new JsonObject();
    call.addProperty("id", id);
    call.addProperty("method", method);
    call.add("params", JsonParser.parseString(parameters));
    if (!session.isEmpty()) {
      call.addProperty("sessionId", session);
    }
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    calls.put(id, answer);
    try {
      send(call.toString());
      JsonObject reply = answer.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
      if (reply.has("error")) {
        throw new AssertionError(method + ": " + reply.get("error"));
      }
      return reply.getAsJsonObject("result");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer from the browser to " + method, e);
    }
  }

  /** The JDK's WebSocket accepts one text at a time. */
  private void send(String text) throws InterruptedException, ExecutionException {
    sending.lock();
    try {
      socket.sendText(text, true).get();
    } finally {
      sending.unlock();
    }
  }

  static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        received(JsonParser.parseString(text.toString()).getAsJsonObject());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void received(JsonObject message) {
    if (message.has("id")) {
      calls.remove(message.get("id").getAsInt()).complete(message);
    } else if (message.has("sessionId")) {
      tabs.stream()
          .filter(tab -> tab.session().equals(text(message, "sessionId")))
          .forEach(tab -> tab.received(text(message, "method"), message.getAsJsonObject("params")));
    }
  }

  private void kill() {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().join());
    process.onExit().join();
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
    kill();
    Runtime.getRuntime().removeShutdownHook(atExit);
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
