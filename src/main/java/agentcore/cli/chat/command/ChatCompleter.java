package agentcore.cli.chat.command;

import agentcore.cli.terminal.Completer;
import agentcore.client.ChatEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Completes commands, and the names of rooms and users that the server mentioned. Those of the last
 * events come first. One thread learns, another one may complete.
 */
public final class ChatCompleter implements Completer {
  private static final List<String> COMMANDS =
      Pattern.compile("^ +(/\\w+)", Pattern.MULTILINE)
          .matcher(Command.HELP)
          .results()
          .map(command -> command.group(1))
          .distinct()
          .toList();

  private static final Pattern COMMAND = Pattern.compile("/\\w*");
  private static final Pattern ROOM =
      Pattern.compile("/(?:join|leave|switch|users) +(?<name>.*)", Pattern.DOTALL);
  private static final Pattern USER =
      Pattern.compile("/(?:invite|block|unblock) +(?<name>.*)", Pattern.DOTALL);
  private static final Pattern RECIPIENT = Pattern.compile("/msg +(?<name>\"[^\"]*|\\S*)");
  private static final Pattern WORD = Pattern.compile("(?<name>\\S*)$");

  private final RecentNames rooms = new RecentNames();
  private final RecentNames users = new RecentNames();
  private final Set<String> asked = new HashSet<>();
  private final String self;

  /** Creates a completer that never suggests the name of the user. */
  public ChatCompleter(String self) {
    this.self = self;
  }

  /** Returns whether the members of a room should be asked for: once for each room. */
  public boolean needsMembers(String room) {
    return asked.add(room);
  }

  /** Remembers the names in an event. */
  public void learn(ChatEvent event) {
    rooms.add(event.text("room"));
    event.texts("rooms").forEach(rooms::add);
    event.objects("rooms").reversed().forEach(room -> rooms.add(room.text("name")));
    event.objects("invitations").forEach(invitation -> rooms.add(invitation.text("room")));
    event.texts("users").forEach(this::addUser);
    event.objects("users").reversed().forEach(this::addUsers);
    event.objects("conversations").forEach(this::addUsers);
    event.objects("messages").forEach(this::addUsers);
    addUsers(event);
  }

  private void addUsers(ChatEvent event) {
    Stream.of("username", "from_username", "to_username").map(event::text).forEach(this::addUser);
  }

  private void addUser(String name) {
    users.add(name.equals(self) ? "" : name);
  }

  @Override
  public Completion complete(String before) {
    Matcher room = ROOM.matcher(before);
    Matcher user = USER.matcher(before);
    Matcher recipient = RECIPIENT.matcher(before);
    if (COMMAND.matcher(before).matches()) {
      return matching(before, 0, COMMANDS, command -> command + " ");
    }
    if (room.matches()) {
      return matching(room.group("name"), room.start("name"), rooms.all(), name -> name);
    }
    if (user.matches()) {
      return matching(user.group("name"), user.start("name"), users.all(), name -> name);
    }
    if (recipient.matches()) {
      String name = recipient.group("name").replace("\"", "");
      return matching(name, recipient.start("name"), users.all(), ChatCompleter::quoted);
    }
    return ofWord(before);
  }

  /** Completes the name of a user in a text: with a colon at its beginning, as other clients do. */
  private Completion ofWord(String before) {
    Matcher word = WORD.matcher(before);
    String typed = word.find() ? word.group("name") : "";
    if (typed.isEmpty()) {
      return new Completion(before.length(), List.of());
    }
    int start = before.length() - typed.length();
    return typed.startsWith("@")
        ? matching(typed.substring(1), start, users.all(), name -> "@" + name + " ")
        : matching(typed, start, users.all(), name -> name + (start == 0 ? ": " : " "));
  }

  private static String quoted(String name) {
    return name.matches(".*\\s.*") ? '"' + name + "\" " : name + " ";
  }

  private static Completion matching(
      String typed, int start, List<String> names, UnaryOperator<String> form) {
    String prefix = typed.toLowerCase(Locale.ROOT);
    return new Completion(
        start,
        names.stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(prefix))
            .map(form)
            .toList());
  }
}
