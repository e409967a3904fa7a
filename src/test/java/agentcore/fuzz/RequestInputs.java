package agentcore.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Generates all requests that the protocol describes, valid or slightly changed. */
final class RequestInputs {
  /** The types, each with its fields. */
  private static final List<String> REQUESTS =
      List.of(
          "chat_message room text",
          "chat_message room text",
          "join_room room",
          "join_room room epoch since message_id",
          "leave_room room",
          "create_room room_name is_public",
          "list_rooms",
          "get_room_users room",
          "get_message_history room limit before",
          "private_message target_user_id text",
          "get_inbox limit before",
          "resume_inbox epoch since message_id",
          "typing_start room target_user_id",
          "typing_stop room target_user_id",
          "invite_user room target_user_id",
          "remove_user room target_user_id",
          "get_user_status target_user_id",
          "join_rooms rooms",
          "my_rooms",
          "mark_read room seq",
          "mark_read target_user_id seq",
          "block_user target_user_id",
          "unblock_user target_user_id",
          "blocked_users",
          "ping",
          "pong");

  private final Dice dice;
  private final List<String> users;
  private final boolean limited;
  private int made;

  /**
   * One request.
   *
   * @param text the text to send
   * @param id the id that direct replies repeat, if it is still valid
   * @param answered whether a direct reply must come
   */
  record Request(String text, Optional<String> id, boolean answered) {}

  /**
   * Creates a generator of requests that name these users; under a rate limit pings and mark_read
   * may be dropped.
   */
  RequestInputs(Dice dice, List<String> users, boolean limited) {
    this.dice = dice;
    this.users = List.copyOf(users);
    this.limited = limited;
  }

  /** Returns the types of the requests. */
  static Set<String> types() {
    return REQUESTS.stream().map(request -> request.split(" ")[0]).collect(Collectors.toSet());
  }

  Request next() {
    Request request = any();
    return Oddities.fits(request.text()) ? request : next();
  }

  private Request any() {
    String[] words = dice.of(REQUESTS).split(" ");
    List<String> top = new ArrayList<>();
    top.add(field("type", Oddities.quoted(dice, words[0])));
    if (words.length > 1 || dice.oneIn(5)) {
      top.add(field("data", data(words)));
    }
    Optional<String> id = id(top);
    if (dice.oneIn(20)) {
      top.add(0, field(dice.of("extra", "data", "type"), Oddities.value(dice, 2)));
    }
    String text = new String(("{" + String.join(",", top) + "}").getBytes(UTF_8), UTF_8);
    boolean isJson = JsonGrammar.isJson(text);
    boolean mayBeSilent =
        words[0].startsWith("typing")
            || words[0].equals("pong")
            || (limited && (words.length == 1 || words[0].equals("mark_read")));
    return new Request(text, id.filter(any -> isJson), !(isJson && mayBeSilent));
  }

  /** Adds an id most of the time, and sometimes an invalid one. */
  private Optional<String> id(List<String> top) {
    if (dice.oneIn(10)) {
      top.add(field("id", dice.of("\"\"", "\"" + "i".repeat(65) + "\"", Oddities.number(dice))));
      return Optional.empty();
    }
    if (dice.oneIn(10)) {
      return Optional.empty();
    }
    String id = ++made + "-" + dice.of("", "\u00e4\ud83d\ude00", "x".repeat(50), "\\\"\n");
    top.add(field("id", Oddities.quoted(dice, id)));
    return Optional.of(id);
  }

  private String data(String[] words) {
    if (dice.oneIn(30)) {
      return Oddities.value(dice, 2);
    }
    List<String> fields = new ArrayList<>();
    for (int i = 1; i < words.length; i++) {
      if (!dice.oneIn(20)) {
        fields.add(field(words[i], dice.oneIn(4) ? odd() : usual(words[i])));
      }
      if (dice.oneIn(30)) {
        fields.add(field(dice.of(words[i], "extra", ""), odd()));
      }
    }
    return "{" + String.join(",", fields) + "}";
  }

  private String odd() {
    return dice.oneIn(30) ? Oddities.deep(dice) : Oddities.value(dice, 2);
  }

  private String usual(String name) {
    return switch (name) {
      case "room", "room_name" ->
          quoted(dice.of("lobby", "r1", "r2", "r3", "r4", "r" + dice.below(9), " r1\u00a0"));
      case "is_public" -> dice.of("true", "false");
      case "limit" -> "" + dice.between(0, 21);
      case "before", "since", "seq" -> "" + dice.between(0, 300);
      case "rooms" -> rooms();
      case "target_user_id" -> quoted(dice.of(users));
      default -> quoted(dice.of("x", "hello " + dice.below(100), Oddities.text(dice)));
    };
  }

  private String rooms() {
    List<String> rooms = new ArrayList<>();
    for (int i = dice.between(1, 4); i > 0; i--) {
      rooms.add(data("join_room room epoch since message_id".split(" ")));
    }
    return "[" + String.join(",", rooms) + "]";
  }

  private String quoted(String text) {
    return Oddities.quoted(dice, text);
  }

  private static String field(String name, String value) {
    return "\"" + name + "\":" + value;
  }
}
