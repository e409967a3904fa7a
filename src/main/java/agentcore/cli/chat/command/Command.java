package agentcore.cli.chat.command;

import agentcore.cli.common.Printable;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The meaning of a line: text for the room, or a command, which begins with a slash. */
public sealed interface Command {
  /** Send a request to the server. */
  record Send(Request request) implements Command {}

  /** Go to a room that the user is in; empty for the next one with something unread. */
  record Switch(String room) implements Command {}

  /** Print the commands. */
  record Help() implements Command {}

  /** End. */
  record Quit() implements Command {}

  /** Do nothing. */
  record Nothing() implements Command {}

  /** The line is not valid. */
  record Invalid(String reason) implements Command {}

  /** The commands, as {@code /help} prints them. */
  String HELP =
      """
      Each line goes to the current room. Lines that begin with a slash are commands:
        /join ROOM               join a room, or switch back to it
        /switch [ROOM]           go to a room of yours, and print what is unread;
                                 without ROOM, the next one of those in the prompt
        /create ROOM             create a public room and join it
        /create --private ROOM   create a room that only invited users can join
        /leave [ROOM]            leave this room, or another one
        /rooms                   list the rooms, with what you have not read
        /unread                  print what you have not read, and who has invited you
        /users [ROOM]            list the members of this room, or another one
        /msg USER TEXT           send a private message; "USER" if it has spaces
        /inbox                   print the last private messages
        /invite USER             invite a user to this room
        /block USER              let a user not write to you privately or invite you
        /unblock USER            end that
        /blocked                 list the users whom you have blocked
        /history [N]             print the last messages of this room
        /help                    print this help
        /quit                    leave the chat
      //TEXT sends a text that begins with a slash.

      The prompt shows what is unread: lobby [den 5!]> means that you write to lobby,
      and that there are five messages in den, at least one of which mentions you.

      Keys, where the chat edits the line:
        Tab, Shift-Tab           complete a command, room or name;
                                 again: the next or previous one
        Up, Down, Ctrl-R         show earlier lines, or search in them
                                 (Ctrl-G ends the search)
        Left, Right, Home, End   move; also Ctrl-B, Ctrl-F, Ctrl-A, Ctrl-E,
                                 and by words Alt-B, Alt-F
        Ctrl-K, Ctrl-U, Ctrl-W   delete to the end, to the beginning, or the word;
                                 also Alt-D
        Ctrl-Y                   insert what was deleted
        Alt-Enter                begin another line of the same message
        Ctrl-L, Ctrl-Z           clear the screen; suspend the chat (fg continues it)
        Ctrl-C, Ctrl-D           delete the line; leave the chat if it is empty
      """;

  /** A word, or a text in quotes. */
  Pattern WORD = Pattern.compile("\\s*(?:\"([^\"]+)\"|(\\S+))\\s*");

  /**
   * Parses a line.
   *
   * @param room the current room
   * @param isJson whether a line that begins with a brace is a request in JSON
   */
  static Command parse(String line, Optional<String> room, boolean isJson) {
    String text = line.strip();
    if (text.isEmpty()) {
      return new Nothing();
    }
    if (isJson && text.startsWith("{")) {
      return request(text);
    }
    if (text.startsWith("//")) {
      return chat(text.substring(1), room);
    }
    if (!text.startsWith("/")) {
      return chat(text, room);
    }
    String[] parts = text.split("\\s+", 2); // a pasted command can contain line breaks
    String name = parts[0];
    String rest = parts.length < 2 ? "" : parts[1].strip();
    return switch (name) {
      case "/join" -> withArgument(rest, "/join ROOM", () -> inRoom("join_room", rest));
      case "/switch" -> new Switch(rest);
      case "/create" -> create(rest);
      case "/leave" -> inRoomOrCurrent(rest, room, "leave_room");
      case "/rooms" -> new Send(Request.of("list_rooms", new JsonObject()));
      case "/unread" -> new Send(Request.of("my_rooms", new JsonObject()));
      case "/users" -> inRoomOrCurrent(rest, room, "get_room_users");
      case "/msg" -> message(rest);
      case "/inbox" -> new Send(Request.of("get_inbox", new JsonObject()));
      case "/invite" -> withArgument(rest, "/invite USER", () -> invite(rest, room));
      case "/block" -> withArgument(rest, "/block USER", () -> toUser("block_user", rest));
      case "/unblock" -> withArgument(rest, "/unblock USER", () -> toUser("unblock_user", rest));
      case "/blocked" -> new Send(Request.of("blocked_users", new JsonObject()));
      case "/history" -> history(rest, room);
      case "/help" -> new Help();
      case "/quit" -> new Quit();
      default ->
          new Invalid("unknown command " + Printable.line(name) + " (/help lists the commands)");
    };
  }

  private static Command request(String text) {
    JsonElement json;
    try {
      json = JsonParser.parseString(text);
    } catch (JsonParseException e) {
      return new Invalid("this line is not JSON");
    }
    JsonObject request = json.getAsJsonObject();
    if (!isString(request, "type")) {
      return new Invalid("this request has no type");
    }
    if (request.has("id") && !isString(request, "id")) {
      return new Invalid("the id of a request must be a string");
    }
    JsonElement data = request.has("data") ? request.get("data") : new JsonObject();
    if (!data.isJsonObject()) {
      return new Invalid("the data of a request must be an object");
    }
    Request created = Request.of(request.get("type").getAsString(), data.getAsJsonObject());
    return new Send(
        request.has("id")
            ? new Request(request.get("id").getAsString(), created.type(), created.data())
            : created);
  }

  private static boolean isString(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value != null && value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
  }

  private static Command chat(String text, Optional<String> room) {
    return room.<Command>map(
            name -> {
              JsonObject data = new JsonObject();
              data.addProperty("room", name);
              data.addProperty("text", text);
              return new Send(Request.of("chat_message", data));
            })
        .orElseGet(Command::noRoom);
  }

  private static Command create(String rest) {
    Matcher option = Pattern.compile("^--private\\s+|\\s+--private$").matcher(rest);
    boolean isPrivate = option.find();
    String room = option.replaceFirst("");
    if (room.isEmpty() || room.startsWith("--")) {
      return new Invalid("usage: /create ROOM, or /create --private ROOM");
    }
    JsonObject data = new JsonObject();
    data.addProperty("room_name", room);
    data.addProperty("is_public", !isPrivate);
    return new Send(Request.of("create_room", data));
  }

  private static Command message(String rest) {
    Matcher user = WORD.matcher(rest);
    if (!user.lookingAt() || user.end() == rest.length()) {
      return new Invalid("usage: /msg USER TEXT");
    }
    JsonObject data = new JsonObject();
    data.addProperty("target_user_id", user.group(1) != null ? user.group(1) : user.group(2));
    data.addProperty("text", rest.substring(user.end()));
    return new Send(Request.of("private_message", data));
  }

  private static Command invite(String user, Optional<String> room) {
    if (room.isEmpty()) {
      return noRoom();
    }
    JsonObject data = new JsonObject();
    data.addProperty("room", room.get());
    data.addProperty("target_user_id", user);
    return new Send(Request.of("invite_user", data));
  }

  private static Command toUser(String type, String user) {
    JsonObject data = new JsonObject();
    data.addProperty("target_user_id", user);
    return new Send(Request.of(type, data));
  }

  private static Command history(String limit, Optional<String> room) {
    if (!limit.matches("|[1-9][0-9]{0,8}")) {
      return new Invalid("usage: /history, or /history 20");
    }
    if (room.isEmpty()) {
      return noRoom();
    }
    JsonObject data = new JsonObject();
    data.addProperty("room", room.get());
    if (!limit.isEmpty()) {
      data.addProperty("limit", Integer.parseInt(limit));
    }
    return new Send(Request.of("get_message_history", data));
  }

  private static Command inRoomOrCurrent(String given, Optional<String> room, String type) {
    return Optional.of(given)
        .filter(name -> !name.isEmpty())
        .or(() -> room)
        .map(name -> inRoom(type, name))
        .orElseGet(Command::noRoom);
  }

  private static Command inRoom(String type, String room) {
    return new Send(Request.inRoom(type, room));
  }

  private static Command withArgument(String argument, String form, Supplier<Command> command) {
    return argument.isEmpty() ? new Invalid("usage: " + form) : command.get();
  }

  private static Command noRoom() {
    return new Invalid("you are not in a room: /join one first");
  }
}
