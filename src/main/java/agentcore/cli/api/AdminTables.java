package agentcore.cli.api;

import agentcore.client.ChatEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The answers to {@code agentcore admin} as tables. */
final class AdminTables {
  private AdminTables() {}

  static Table rooms(ChatEvent answer) {
    Table table = new Table("ROOM", "CONNECTIONS", "KIND", "CREATED BY");
    for (ChatEvent room : answer.objects("rooms")) {
      table.add(
          room.text("name"),
          String.valueOf(room.number("user_count")),
          room.is("is_public") ? "public" : "private",
          room.text("created_by"));
    }
    return table;
  }

  static Table users(ChatEvent answer) {
    Table table = new Table("USER", "ROOMS");
    for (ChatEvent user : answer.objects("users")) {
      table.add(user.text("username"), String.join(", ", user.texts("rooms")));
    }
    return table;
  }

  static Table members(ChatEvent answer) {
    Table table = new Table("USER", "CONNECTION");
    for (ChatEvent member : answer.objects("users")) {
      table.add(member.text("username"), member.text("user_id"));
    }
    return table;
  }

  static Table user(ChatEvent answer) {
    Table table = new Table("USER", "STATUS", "CONNECTIONS", "LAST SEEN");
    long seenMillis = Math.round(answer.decimal("last_seen") * 1000);
    String seen = Instant.ofEpochMilli(seenMillis).truncatedTo(ChronoUnit.SECONDS).toString();
    table.add(
        answer.text("username"),
        answer.text("status"),
        String.valueOf(answer.number("connections")),
        seenMillis == 0 ? "never" : seen);
    return table;
  }

  static Table created(ChatEvent answer) {
    Table table = new Table("ROOM", "KIND");
    table.add(answer.text("name"), answer.is("is_public") ? "public" : "private");
    return table;
  }

  /** Connections that were removed from a room, or closed. */
  static Table closed(ChatEvent answer) {
    Table table = new Table("USER", "CONNECTIONS");
    table.add(answer.text("username"), String.valueOf(answer.number("connections")));
    return table;
  }

  static Table nothing(ChatEvent answer) {
    return new Table();
  }
}
