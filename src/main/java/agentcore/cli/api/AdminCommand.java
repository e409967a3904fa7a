package agentcore.cli.api;

import agentcore.cli.common.Flags;
import agentcore.cli.common.Printable;
import agentcore.cli.common.UsageException;
import agentcore.client.ChatEvent;
import agentcore.core.ConfigException;
import agentcore.example.ApiKeys.Scope;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Shows and changes rooms and users over the HTTP API: {@code agentcore admin}. */
public final class AdminCommand {
  /** What {@code agentcore admin --help} prints. */
  public static final String HELP =
      """
      Show and change the rooms and users of a server and of all that share its store, over the HTTP
      API.

        agentcore admin rooms                     list the rooms, private ones too
        agentcore admin users                     list the users in all rooms, and their rooms
        agentcore admin members ROOM              list the connections in a room
        agentcore admin user USER                 show whether a user is online
        agentcore admin create ROOM [--private]   create a room
        agentcore admin delete ROOM               delete a room without members, with its messages
        agentcore admin remove USER --room ROOM   remove a user from a room
        agentcore admin disconnect USER           close all connections of a user

        --room ROOM      the room that a user is removed from
        --private        create a room that only invited users see
      """
          + ApiAccess.HELP
          + """

      The server lists at most 1000 rooms, and 1000 connections of a room; a sentence on standard
      error says so where there are more. The list of users is read room by room. A user who is in
      no room is not in it, but admin user finds every user.

      A user who was disconnected can connect again. To keep a user out, stop issuing tokens.

      Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
      """;

  private static final String ROOM = "--room";
  private static final String PRIVATE = "--private";
  private static final String JSON = "--json";
  private static final int FAILED = 1;

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  /** Creates the command; it prints UTF-8, whatever the encodings of the streams are. */
  public AdminCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
    this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.environment = environment;
  }

  /**
   * One of the commands.
   *
   * @param scope that its key needs
   * @param operand what follows its name; empty if nothing does
   */
  private record Task(String name, Scope scope, String operand, Request request, Show show) {}

  /** Sends the request of a command. */
  @FunctionalInterface
  private interface Request {
    ChatEvent send(AdminRequests api, String operand, Flags flags)
        throws ApiException, InterruptedException;
  }

  /** Returns what a person reads. */
  @FunctionalInterface
  private interface Show {
    Table table(ChatEvent answer);
  }

  private static final List<Task> TASKS =
      List.of(
          new Task("rooms", Scope.READ, "", (a, n, f) -> a.listRooms(), AdminTables::rooms),
          new Task("users", Scope.READ, "", (a, n, f) -> a.listUsers(), AdminTables::users),
          new Task(
              "members", Scope.READ, "ROOM", (a, n, f) -> a.listMembers(n), AdminTables::members),
          new Task("user", Scope.READ, "USER", (a, n, f) -> a.readUser(n), AdminTables::user),
          new Task(
              "create",
              Scope.MANAGE,
              "ROOM",
              (a, n, f) -> a.createRoom(n, !f.has(PRIVATE)),
              AdminTables::created),
          new Task(
              "delete", Scope.MANAGE, "ROOM", (a, n, f) -> a.deleteRoom(n), AdminTables::nothing),
          new Task(
              "remove",
              Scope.MANAGE,
              "USER",
              (a, n, f) -> a.removeMember(n, f.get(ROOM).orElseThrow()),
              AdminTables::closed),
          new Task(
              "disconnect",
              Scope.MANAGE,
              "USER",
              (a, n, f) -> a.disconnect(n),
              AdminTables::closed));

  /**
   * Runs one of the commands, and returns the program's exit code.
   *
   * @throws UsageException if the arguments are wrong
   * @throws ConfigException if the settings are needed and wrong
   */
  public int run(List<String> args) throws UsageException, ConfigException {
    Flags flags =
        Flags.parseWithOperands(args, ApiAccess.with(Set.of(ROOM)), Set.of(JSON, PRIVATE));
    Task task = task(flags);
    ApiClient client = new ApiClient(ApiAccess.of(flags, environment, task.scope()));
    try {
      String operand = flags.operands().getLast();
      print(flags, task, task.request().send(new AdminRequests(client), operand, flags));
      return 0;
    } catch (ApiException e) {
      err.println("agentcore: " + e.getMessage());
    } catch (InterruptedException stop) {
      err.println("agentcore: interrupted");
    }
    return FAILED;
  }

  private static Task task(Flags flags) throws UsageException {
    List<String> words = flags.operands();
    require(!words.isEmpty(), "the command after admin is missing");
    String name = words.getFirst();
    Optional<Task> task = TASKS.stream().filter(each -> each.name().equals(name)).findFirst();
    if (task.isEmpty()) {
      throw new UsageException("unknown command: admin " + name);
    }
    String operand = task.get().operand();
    require(
        words.size() == (operand.isEmpty() ? 1 : 2),
        "admin " + name + (operand.isEmpty() ? " takes no name" : " needs one " + operand));
    boolean isRemoval = name.equals("remove");
    require(!isRemoval || flags.get(ROOM).isPresent(), "--room is missing");
    require(isRemoval || flags.get(ROOM).isEmpty(), "--room is for admin remove only");
    require(!flags.has(PRIVATE) || name.equals("create"), "--private is for admin create only");
    return task.get();
  }

  private static void require(boolean holds, String problem) throws UsageException {
    if (!holds) {
      throw new UsageException(problem);
    }
  }

  private void print(Flags flags, Task task, ChatEvent answer) {
    if (flags.has(JSON)) {
      out.println(Printable.json(answer.json()));
    } else {
      task.show().table(answer).print(out);
    }
    if (answer.is("more")) {
      err.println("agentcore: the list is not complete, a part of it has more than 1000 rows");
    }
  }
}
