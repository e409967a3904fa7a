package agentcore.browser;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.http.HttpResponse;
import agentcore.example.http.ChatHttp;
import agentcore.testkit.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A chat server that also serves the page's modules one by one, and those of the browser tests, so
 * that a test can import them under {@code /modules/}.
 */
final class ModulePage {
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("src", "main", "resources", "agentcore", "page"),
          Path.of("src", "client", "js"),
          Path.of("src", "test", "resources", "browser"));

  private ModulePage() {}

  static TestServer start() {
    Config config = TestServer.config(Map.of());
    AgentCore core =
        new AgentCore(config, new MemoryBackend(config.backendLimits()))
            .endpoint("/ws/{user_id}", TestServer.chat(config));
    FOLDERS.forEach(folder -> serve(core, folder));
    return TestServer.start(ChatHttp.addTo(core, config));
  }

  private static void serve(AgentCore core, Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.toString().matches(".*\\.m?js"))
          .forEach(file -> core.http("/modules/" + file.getFileName(), request -> module(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpResponse module(Path file) {
    try {
      return new HttpResponse(
          200, Map.of("Content-Type", "text/javascript"), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
