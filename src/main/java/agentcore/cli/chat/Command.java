package agentcore.cli.chat;

import agentcore.cli.chat.Request.Purpose;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a line means: text for the room, or a command, which begins with a slash. */
sealed interface Command {
  /** To be asked of the server. */
  record Ask(Request request) implements Command {}

  /** Print what can be typed. */
  record Help() implements Command {}

  /** End. */
  record Quit() implements Command {}

  /** Do nothing. */
  record Nothing() implements Command {}

  /** It cannot be done. */
  record Wrong(String why) implements Command {}

  String HELP =
      """
      What you type is said in the room. Lines that begin with a slash are commands:
        /join ROOM               go into a room, or back to it
        /create ROOM             make a public room and go into it
        /create --private ROOM   make one that only those come into who are invited
        /leave [ROOM]            leave this room, or another
        /rooms                   list the rooms
        /users [ROOM]            list who is here
        /msg USER TEXT           tell one person alone ("USER" where the name holds spaces)
        /invite USER             invite somebody into this room
        /history [N]             print the last messages of this room
        /help                    print this
        /quit                    end
      //TEXT says a text that begins with a slash. Ctrl-R shows again what you were typing.
      """;

  Pattern WORD = Pattern.compile("\\s*(?:\"([^\"]+)\"|(\\S+))\\s*");

  /**
   * Understands a line.
   *
   * @param room in which it was typed, if any
   * @param isJson whether a line that begins with a brace is a request as it is
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
      return say(text.substring(1), room);
    }
    if (!text.startsWith("/")) {
      return say(text, room);
    }
    int end = text.indexOf(' ');
    String name = end < 0 ? text : text.substring(0, end);
    String rest = end < 0 ? "" : text.substring(end).strip();
    return switch (name) {
      case "/join" -> needing(rest, "/join ROOM", () -> ask("join_room", rest));
      case "/create" -> create(rest);
      case "/leave" -> inRoom(rest, room, "leave_room");
      case "/rooms" -> new Ask(Request.of(Purpose.TYPED, "list_rooms", new JsonObject()));
      case "/users" -> inRoom(rest, room, "get_room_users");
      case "/msg" -> tell(rest);
      case "/invite" -> needing(rest, "/invite USER", () -> invite(rest, room));
      case "/history" -> history(rest, room);
      case "/help" -> new Help();
      case "/quit" -> new Quit();
      default -> new Wrong("there is no command " + name + " (/help lists them)");
    };
  }

  private static Command request(String text) {
    JsonElement json;
    try {
      json = JsonParser.parseString(text);
    } catch (JsonParseException e) {
      return new Wrong("this line is no JSON");
    }
    if (!isText(json.getAsJsonObject(), "type")) {
      return new Wrong("this request has no type");
    }
    if (json.getAsJsonObject().has("id") && !isText(json.getAsJsonObject(), "id")) {
      return new Wrong("the id of a request must be a text");
    }
    return new Ask(Request.of(Purpose.TYPED, json.getAsJsonObject()));
  }

  private static boolean isText(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value != null && value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
  }

  private static Command say(String text, Optional<String> room) {
    return room.<Command>map(
            name -> {
              JsonObject data = new JsonObject();
              data.addProperty("room", name);
              data.addProperty("text", text);
              return new Ask(Request.of(Purpose.TYPED, "chat_message", data));
            })
        .orElseGet(Command::noRoom);
  }

  private static Command create(String rest) {
    Matcher option = Pattern.compile("^--private\\s+|\\s+--private$").matcher(rest);
    boolean isPrivate = option.find();
    String room = option.replaceFirst("");
    if (room.isEmpty() || room.startsWith("--")) {
      return new Wrong("type it as /create ROOM, or /create --private ROOM");
    }
    JsonObject data = new JsonObject();
    data.addProperty("room_name", room);
    data.addProperty("is_public", !isPrivate);
    return new Ask(Request.of(Purpose.TYPED, "create_room", data));
  }

  private static Command tell(String rest) {
    Matcher user = WORD.matcher(rest);
    if (!user.lookingAt() || user.end() == rest.length()) {
      return new Wrong("type it as /msg USER TEXT");
    }
    JsonObject data = new JsonObject();
    data.addProperty("target_user_id", user.group(1) != null ? user.group(1) : user.group(2));
    data.addProperty("text", rest.substring(user.end()));
    return new Ask(Request.of(Purpose.TYPED, "private_message", data));
  }

  private static Command invite(String user, Optional<String> room) {
    if (room.isEmpty()) {
      return noRoom();
    }
    JsonObject data = new JsonObject();
    data.addProperty("room", room.get());
    data.addProperty("target_user_id", user);
    return new Ask(Request.of(Purpose.TYPED, "invite_user", data));
  }

  private static Command history(String limit, Optional<String> room) {
    if (!limit.matches("|[1-9][0-9]{0,8}")) {
      return new Wrong("type it as /history, or /history 20");
    }
    if (room.isEmpty()) {
      return noRoom();
    }
    JsonObject data = new JsonObject();
    data.addProperty("room", room.get());
    if (!limit.isEmpty()) {
      data.addProperty("limit", Integer.parseInt(limit));
    }
    return new Ask(Request.of(Purpose.TYPED, "get_message_history", data));
  }

  private static Command inRoom(String given, Optional<String> room, String type) {
    return Optional.of(given)
        .filter(name -> !name.isEmpty())
        .or(() -> room)
        .map(name -> ask(type, name))
        .orElseGet(Command::noRoom);
  }

  private static Command ask(String type, String room) {
    return new Ask(Request.inRoom(Purpose.TYPED, type, room));
  }

  private static Command needing(String argument, String form, Supplier<Command> made) {
    return argument.isEmpty() ? new Wrong("type it as " + form) : made.get();
  }

  private static Command noRoom() {
    return new Wrong("you are in no room: /join one first");
  }
}
