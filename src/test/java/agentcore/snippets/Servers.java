package agentcore.snippets;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.ConfigException;
import agentcore.core.Setting;
import agentcore.core.auth.Authenticator;
import agentcore.core.auth.Identity;
import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import agentcore.core.auth.TokenException;
import agentcore.core.consumer.Consumer;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Servers with various settings and additions. */
final class Servers {
  private Servers() {}

  static AgentCore smallest() throws IOException {
    // @start region="server"
    Config config = Config.defaults().with(Setting.PORT, "0"); // any free port: server.port()
    Consumer greeter =
        Consumer.of(
            "hello",
            (session, message) ->
                session.reply(message, Event.of("hello").with("user", session.user())));
    AgentCore server = new AgentCore(config).endpoint("/ws/{user_id}", greeter).start();
    // @end
    return server;
  }

  static Config settings(Path file) throws ConfigException {
    // @start region="settings"
    Map<Setting, String> flags =
        Map.of(Setting.PORT, "9000"); // over the environment, over the file
    Config config = Config.load(Optional.of(file), System.getenv(), flags);
    // @end
    return config;
  }

  static AgentCore withRoute(AgentCore server) {
    // @start region="route"
    server.http(
        "/hello/{name}",
        request -> HttpResponse.text(200, "Hello, " + request.segment(1).orElse("stranger")));
    // @end
    return server;
  }

  static AgentCore withOperatorRoute(AgentCore server) {
    // @start region="admin"
    server.adminHttp(
        "GET", "/rooms", request -> HttpResponse.text(200, server.rooms().size() + " rooms"));
    // @end
    return server;
  }

  static AgentCore withTokens(AgentCore server, Map<String, String> usersByToken) {
    // @start region="authenticator"
    Authenticator sessions =
        token ->
            Optional.ofNullable(usersByToken.get(token))
                .map(user -> new Identity(user, Instant.MAX))
                .orElseThrow(() -> new TokenException("unknown token"));
    server.authenticate(sessions);
    // @end
    return server;
  }

  static String token(String secret) {
    // @start region="token"
    JsonWebTokens tokens = new JsonWebTokens(SigningKeys.parse(secret), Clock.systemUTC());
    String token = tokens.sign("alice", Duration.ofHours(1), "{\"team\": \"red\"}");
    // @end
    return token;
  }

  static AgentCore withWriters(AgentCore server, Set<String> writers) {
    // @start region="middleware"
    Middleware onlyWriters =
        (client, message) ->
            writers.contains(client.user()) || !message.type().equals("post")
                ? Verdict.PASS
                : new Verdict.Refuse(
                    new ClientException(ErrorCode.NOT_ALLOWED, "Only writers may post"));
    server.use(onlyWriters);
    // @end
    return server;
  }
}
