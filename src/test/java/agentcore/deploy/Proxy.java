package agentcore.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.FreePort;
import agentcore.testkit.process.Installed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real proxy with its file from src/dist/deploy, except for host name, ports and locations of
 * files. A reload ends old connections after one second instead of ten.
 */
final class Proxy implements AutoCloseable {
  /** What can be a proxy, with the file in src/dist/deploy. */
  enum Kind {
    NGINX("nginx", "nginx.conf"),
    HAPROXY("haproxy", "haproxy.cfg"),
    CADDY("caddy", "Caddyfile");

    private final String program;
    private final String file;

    Kind(String program, String file) {
      this.program = program;
      this.file = file;
    }

    /** Returns the configuration as it is shipped. */
    String configuration() {
      try {
        return Files.readString(Path.of("src", "dist", "deploy", file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns the seconds after which it closes an idle WebSocket; empty if it never does. */
    Optional<Integer> idleSeconds() {
      Matcher set =
          Pattern.compile("(?:proxy_read_timeout|timeout tunnel) +(\\d+)s")
              .matcher(configuration());
      return set.find() ? Optional.of(Integer.parseInt(set.group(1))) : Optional.empty();
    }
  }

  private final Kind kind;
  private final Path folder;
  private final Path pem;
  private final Path file;
  private final int port = FreePort.next();
  private final int plainPort = FreePort.next();
  private final int adminPort = FreePort.next();
  private final ChildJvm process;

  /**
   * Starts it in front of a server; skips the test if it is not installed.
   *
   * @param pem certificate and key for localhost
   * @param idleSeconds after which it closes an idle WebSocket, instead of those of its file
   */
  Proxy(Kind kind, Path folder, Path pem, int serverPort, Optional<Integer> idleSeconds)
      throws IOException {
    Installed.assume(kind.program);
    this.kind = kind;
    this.folder = folder;
    this.pem = pem;
    String text =
        kind.configuration()
            .replace("chat.example.com", "localhost")
            .replace("127.0.0.1:8000", "127.0.0.1:" + serverPort);
    if (idleSeconds.isPresent()) {
      text = text.replace(kind.idleSeconds().orElseThrow() + "s", idleSeconds.get() + "s");
    }
    this.file = Files.writeString(folder.resolve(kind.file), adapted(text));
    this.process = ChildJvm.start(command(), Map.of("HOME", folder.toString()));
    Await.until(kind + " to listen " + process.err(), () -> listens() || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError(kind + " ended: " + process.out() + process.err());
    }
  }

  private String adapted(String text) {
    return switch (kind) {
      case NGINX -> {
        StringBuilder temporary = new StringBuilder();
        for (String each : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
          temporary.append("%s_temp_path %s/%s;\n".formatted(each, folder, each));
        }
        yield "daemon off; pid %s/pid; error_log stderr; events {} worker_shutdown_timeout 1s;\n"
                .formatted(folder)
            + "http {\n"
            + temporary
            + text.replaceAll("/etc/ssl/localhost\\.(pem|key)", pem.toString())
                .replace("/var/log/nginx", folder.toString())
                .replace("listen 80;", "listen 127.0.0.1:" + plainPort + ";")
                .replace("listen 443", "listen 127.0.0.1:" + port)
            + "}\n";
      }
      case HAPROXY ->
          text.replace("/etc/ssl/localhost.pem", pem.toString())
              .replace("log /dev/log local0", "log stderr format raw local0")
              .replace("maxconn 20000", "maxconn 1000") // more needs more open files
              .replace("hard-stop-after 10s", "hard-stop-after 1s")
              .replace("bind :80", "bind 127.0.0.1:" + plainPort)
              .replace("bind :443", "bind 127.0.0.1:" + port);
      case CADDY ->
          "{\n admin localhost:%d\n http_port %d\n https_port %d\n skip_install_trust\n}\n"
                  .formatted(adminPort, plainPort, port)
              + text.replace(
                  "localhost {", "localhost {\n bind 127.0.0.1\n tls %s %s".formatted(pem, pem));
    };
  }

  private List<String> command() {
    String path = file.toString();
    return switch (kind) {
      case NGINX -> List.of("nginx", "-c", path);
      case HAPROXY -> List.of("haproxy", "-W", "-f", path);
      case CADDY -> List.of("caddy", "run", "--adapter", "caddyfile", "--config", path);
    };
  }

  private boolean listens() {
    try {
      RawClient.open(port).close();
      RawClient.open(plainPort).close();
      return true;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  /** Loads the configuration again, as the service of the Debian package does. */
  void reload() {
    List<String> command =
        switch (kind) {
          case NGINX -> List.of("sh", "-c", "kill -HUP " + process.pid());
          case HAPROXY -> List.of("sh", "-c", "kill -USR2 " + process.pid());
          case CADDY -> {
            String path = file.toString();
            String admin = "localhost:" + adminPort;
            yield List.of(
                "caddy",
                "reload",
                "--force",
                "--adapter",
                "caddyfile",
                "--config",
                path,
                "--address",
                admin);
          }
        };
    try (ChildJvm reload = ChildJvm.start(command, Map.of("HOME", folder.toString()))) {
      assertEquals(0, reload.awaitExit(), () -> "" + reload.err());
    }
  }

  /** Returns the port for TLS. */
  int port() {
    return port;
  }

  /** Returns the port for plain HTTP. */
  int plainPort() {
    return plainPort;
  }

  /** Stops it with SIGTERM first: when killed, the master of nginx leaves its workers behind. */
  @Override
  public void close() {
    process.terminate();
    int unused = process.awaitExit();
    process.close();
  }
}
