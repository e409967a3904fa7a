package agentcore.example.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.RawHttp;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** Base class: servers with keys, and requests to them. */
abstract class OperatorRequests {
  static final String ALL = "0123456789abcdef0123456789abcdef";
  static final String READ = "the secret that may only read also 32";
  static final String PUBLISH = "the secret that may only publish 32";
  static final String KEYS = "ops:" + ALL + ",eye:" + READ + ":read,ci:" + PUBLISH + ":publish";

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  /** Starts a chat with its routes. */
  TestServer start(Map<String, String> settings) {
    TestServer server = TestServer.startWithPage(settings);
    open.add(server);
    return server;
  }

  RawHttp http(int port) {
    RawHttp http = RawHttp.open(port);
    open.add(http);
    return http;
  }

  static RawHttp.Response ask(RawHttp http, String method, String path, String... headers) {
    StringBuilder lines = new StringBuilder();
    for (String header : headers) {
      lines.append(header).append("\r\n");
    }
    return http.send("%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n".formatted(method, path, lines)).next();
  }

  static RawHttp.Response get(RawHttp http, String path, String key) {
    return ask(http, "GET", path, "Authorization: Bearer " + key);
  }

  static JsonObject json(RawHttp.Response answer) {
    assertEquals(200, answer.status(), answer.body());
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }
}
