package agentcore.torture;

import agentcore.torture.history.AccountHistory;
import agentcore.torture.history.AccountHistory.Listing;
import agentcore.torture.history.AccountHistory.Marker;
import agentcore.torture.history.AccountHistory.Move;
import agentcore.torture.history.AccountHistory.Request;
import agentcore.torture.history.AccountHistory.Row;
import agentcore.torture.history.AccountHistory.Written;
import agentcore.torture.history.History.Position;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What the devices of one user were told of the user's account. Not thread-safe. */
final class AccountRecords {
  /** HISTORY_SIZE and INBOX_SIZE of all servers. */
  private static final int RETAINED = 20_000;

  private final List<Request> requests = new ArrayList<>();
  private final List<Marker> markers = new ArrayList<>();
  private final List<Listing> listings = new ArrayList<>();
  private final List<Move> moves = new ArrayList<>();

  /** Returns one history per user. */
  static List<AccountHistory> histories(
      List<TortureClient> clients, Map<String, List<Written>> logs, List<Long> lossesNanos) {
    return clients.stream().collect(Collectors.groupingBy(TortureClient::user)).entrySet().stream()
        .map(
            user -> {
              AccountRecords all = new AccountRecords();
              user.getValue().forEach(device -> device.account().addTo(all));
              return all.history(user.getKey(), logs, lossesNanos);
            })
        .toList();
  }

  private AccountHistory history(
      String user, Map<String, List<Written>> logs, List<Long> lossesNanos) {
    return new AccountHistory(
        user, Crowd.inboxOf(user), logs, RETAINED, requests, markers, listings, moves, lossesNanos);
  }

  void addAll(AccountRecords others) {
    requests.addAll(others.requests);
    markers.addAll(others.markers);
    listings.addAll(others.listings);
    moves.addAll(others.moves);
  }

  /** Returns how many markers and lists were received. */
  int answers() {
    return markers.size() + listings.size();
  }

  /** Records that a marker is about to be moved. */
  void asked(String target, long seq) {
    requests.add(new Request(target, seq, System.nanoTime()));
  }

  /** Records an answer to a request to join or leave a room. */
  void moved(String room, boolean isJoin, long sentNanos) {
    moves.add(new Move(room, isJoin, sentNanos, OptionalLong.of(System.nanoTime())));
  }

  /** Records a request to join or leave a room that may have been handled. */
  void unanswered(String room, boolean isJoin, long sentNanos) {
    moves.add(new Move(room, isJoin, sentNanos, OptionalLong.empty()));
  }

  /**
   * Records {@code read_marker}.
   *
   * @param sentNanos when the request was sent that it answers
   */
  void marked(JsonObject event, String connection, Optional<Long> sentNanos) {
    String target =
        event.has("room")
            ? event.get("room").getAsString()
            : AccountHistory.peer(event.get("username").getAsString());
    OptionalLong sent = sentNanos.map(OptionalLong::of).orElse(OptionalLong.empty());
    markers.add(new Marker(connection, sent, target, RoomView.position(event), System.nanoTime()));
  }

  /** Records {@code my_rooms}. */
  void listed(JsonObject event, String connection, boolean isLast, long sentNanos) {
    Map<String, Row> rows = new HashMap<>();
    for (JsonElement each : event.getAsJsonArray("rooms")) {
      JsonObject room = each.getAsJsonObject();
      Optional<Integer> mentions = Optional.of(room.get("mentions").getAsInt());
      rows.put(room.get("name").getAsString(), row(room, RoomView.position(room), mentions));
    }
    Position inbox = LogEnds.inboxPosition(event);
    for (JsonElement each : event.getAsJsonArray("conversations")) {
      JsonObject conversation = each.getAsJsonObject();
      String target = AccountHistory.peer(conversation.get("username").getAsString());
      rows.put(target, row(conversation, inbox, Optional.empty()));
    }
    listings.add(new Listing(connection, rows, inbox, isLast, sentNanos, System.nanoTime()));
  }

  private static Row row(JsonObject row, Position position, Optional<Integer> mentions) {
    OptionalLong read =
        row.has("read_seq")
            ? OptionalLong.of(row.get("read_seq").getAsLong())
            : OptionalLong.empty();
    return new Row(position, read, row.get("unread").getAsInt(), mentions);
  }
}
