package agentcore.example.http;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.MetricsSample;
import agentcore.core.Setting;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.Event;
import agentcore.example.ApiKeys;
import agentcore.example.ChatSetting;
import java.time.Instant;
import java.util.List;

/** Shows operators the server that answers: its settings, and what it measured. */
final class ApiServer {
  private static final long MAX_SECONDS = 100_000_000_000L;

  private final AgentCore server;
  private final Config config;

  ApiServer(AgentCore server, Config config) {
    this.server = server;
    this.config = config;
  }

  /** Answers with the version, the settings with their secrets hidden, and what the key permits. */
  HttpResponse describe(ApiCall call) {
    List<String> scopes = call.caller().scopes().stream().map(ApiKeys.Scope::word).toList();
    List<Event> settings = ChatSetting.all().stream().map(this::setting).toList();
    return ok(
        Event.object()
            .with("version", AgentCore.version())
            .with("key", call.key())
            .withList("scopes", scopes)
            .withList("settings", settings));
  }

  private Event setting(Setting setting) {
    return Event.object()
        .with("name", setting.name())
        .with("value", config.shown(setting))
        .with("source", config.source(setting))
        .with("description", setting.description());
  }

  /** Answers with the samples of the last 15 minutes, or those that were taken after a time. */
  HttpResponse metrics(ApiCall call) {
    Instant after = Instant.ofEpochSecond(call.number("after", 0, 0, MAX_SECONDS));
    List<Event> samples =
        server.recentMetrics().stream()
            .filter(sample -> sample.time().isAfter(after))
            .map(ApiServer::sample)
            .toList();
    return ok(Event.object().withList("samples", samples));
  }

  private static Event sample(MetricsSample sample) {
    Event event =
        Event.object()
            .withSeconds("time", sample.time().toEpochMilli())
            .with("connections", sample.connections())
            .with("received", sample.received())
            .with("delivered", sample.delivered())
            .with("errors", sample.errors())
            .with("queued_bytes", sample.queuedBytes())
            .with("store_up", sample.isDelivering())
            .with("store_parts_away", sample.partsAway());
    return micros(
        micros(event, "lag_p50_micros", sample.lagP50Micros()),
        "lag_p99_micros",
        sample.lagP99Micros());
  }

  private static Event micros(Event event, String name, long micros) {
    return micros < 0 ? event.withNull(name) : event.with(name, micros);
  }

  private HttpResponse ok(Event event) {
    return HttpResponse.json(200, server.json(event));
  }
}
