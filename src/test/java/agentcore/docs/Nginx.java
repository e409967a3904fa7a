package agentcore.docs;

import agentcore.testkit.Await;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real nginx with the configuration from a page, except for its port and file locations. */
final class Nginx implements AutoCloseable {
  private static final List<String> KINDS =
      List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi");

  private final int port = FreePort.next();
  private final ChildJvm process;

  Nginx(Path folder, String configuration) throws IOException {
    StringBuilder http = new StringBuilder();
    KINDS.forEach(kind -> http.append("%s_temp_path %s/%s;\n".formatted(kind, folder, kind)));
    http.append(
        configuration
            .replace("/var/log/nginx", folder.toString())
            .replace("listen 8080", "listen 127.0.0.1:" + port));
    Path file =
        Files.writeString(
            folder.resolve("nginx.conf"),
            "daemon off;\nmaster_process off;\npid %s/pid;\nerror_log stderr;\nevents {}\nhttp {\n%s}\n"
                .formatted(folder, http));
    process = ChildJvm.start(List.of("nginx", "-c", file.toString()), Map.of());
    Await.until(
        "nginx to listen " + process.err(), () -> Shell.listens(port) || !process.isAlive());
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.close();
  }
}
