package agentcore.exercises;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bot that counts thanks: when someone says {@code bob++} in one of its rooms, it answers how
 * many thanks bob has. It joins every room to which it is invited.
 *
 * <p>The JDK calls a listener for one text after the other, so the counts need no lock.
 */
final class KarmaBot implements WebSocket.Listener, AutoCloseable {
  private static final Pattern THANKS = Pattern.compile("(?<!\\S)(\\S+)\\+\\+(?!\\S)");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Integer> karma = new HashMap<>();
  private final StringBuilder unfinished = new StringBuilder();
  private String ownChannel = "";
  private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

  private KarmaBot() {}

  /** Connects; from then on the bot runs on threads of the JDK. */
  static KarmaBot start(URI server) {
    KarmaBot bot = new KarmaBot();
    bot.http.newWebSocketBuilder().buildAsync(server, bot).join();
    return bot;
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
    unfinished.append(part);
    if (isLast) {
      hear(socket, JsonParser.parseString(unfinished.toString()).getAsJsonObject());
      unfinished.setLength(0);
    }
    socket.request(1);
    return CompletableFuture.completedFuture(null);
  }

  private void hear(WebSocket socket, JsonObject event) {
    switch (text(event, "type")) {
      case "welcome" -> ownChannel = text(event, "user_id");
      case "room_invitation" -> send(socket, "join_room", "room", text(event, "room"));
      case "chat_message" -> {
        Matcher thanks = THANKS.matcher(text(event, "text"));
        if (thanks.find() && !text(event, "user_id").equals(ownChannel)) {
          int count = karma.merge(thanks.group(1), 1, Integer::sum);
          String answer = thanks.group(1) + " has " + count;
          send(socket, "chat_message", "room", text(event, "room"), "text", answer);
        }
      }
      default -> {} // a bot may ignore events
    }
  }

  /** Sends after all earlier texts: the JDK's socket accepts one text at a time. */
  private void send(WebSocket socket, String type, String... namesAndValues) {
    JsonObject data = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      data.addProperty(namesAndValues[i], namesAndValues[i + 1]);
    }
    JsonObject request = new JsonObject();
    request.addProperty("type", type);
    request.add("data", data);
    sent = sent.thenCompose(done -> socket.sendText(request.toString(), true));
  }

  private static String text(JsonObject event, String field) {
    return event.get(field).getAsString();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
