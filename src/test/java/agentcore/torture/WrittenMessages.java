package agentcore.torture;

import agentcore.torture.history.AccountHistory.Written;
import agentcore.torture.history.History.Position;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The messages that any client received from each log, each once. Thread-safe. */
final class WrittenMessages {
  private static final Pattern MENTION = Pattern.compile("(?<!\\w)@(user-[0-9]+)(?!\\w)");

  private final Map<String, Map<Position, Written>> logs = new ConcurrentHashMap<>();

  /** Adds a message of a room. */
  void addToRoom(JsonObject event) {
    String author = event.get("username").getAsString();
    boolean isProgram = event.has("server");
    add(event.get("room").getAsString(), event, isProgram ? "/" + author : author);
  }

  /** Adds an entry of the inbox of a user. */
  void addToInbox(String user, JsonObject event) {
    boolean isReceived = event.has("from_username");
    add(Crowd.inboxOf(user), event, isReceived ? event.get("from_username").getAsString() : user);
  }

  private void add(String log, JsonObject event, String author) {
    Position position = RoomView.position(event);
    Set<String> mentions = new HashSet<>();
    Matcher mention = MENTION.matcher(event.get("text").getAsString());
    while (mention.find()) {
      mentions.add(mention.group(1));
    }
    logs.computeIfAbsent(log, absent -> new ConcurrentHashMap<>())
        .putIfAbsent(position, new Written(position, author, mentions));
  }

  /** Returns the messages so far, by log. */
  Map<String, List<Written>> byLog() {
    return logs.entrySet().stream()
        .collect(
            Collectors.toMap(Map.Entry::getKey, entry -> List.copyOf(entry.getValue().values())));
  }
}
