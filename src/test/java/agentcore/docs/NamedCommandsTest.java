package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.Cli;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The commands, flags and URL paths that pages mention exist. */
class NamedCommandsTest {
  private static final Pattern PROGRAM =
      Pattern.compile("(?:[A-Z_]+=\\S+ )*bin/agentcore(?: (.*))?");
  private static final Pattern MAKE = Pattern.compile("make ([a-z-]+)((?: [A-Z]+=\\S+)*)");
  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
  private static final Pattern ADDRESS =
      Pattern.compile("(?:GET )?(/(?:health/\\w+|metrics|page/|))");

  /** Flags that no help text lists: {@code --help}, and one of Node. */
  private static final Set<String> OTHER_FLAGS = Set.of("--help", "--experimental-websocket");

  private static final List<String> COMMANDS =
      List.of("serve", "invite", "check", "token", "chat", "say", "admin", "bench");

  private static String help(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertEquals(0, new Cli(print, print, Map.of()).run(args));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Set<String> flags(String text) {
    Set<String> flags = new TreeSet<>(OTHER_FLAGS);
    FLAG.matcher(text).results().map(MatchResult::group).forEach(flags::add);
    return flags;
  }

  @Test
  void everyNamedCommandExistsWithItsFlags() {
    List<String> wrong = new ArrayList<>();
    for (Page page : Page.all()) {
      for (MatchResult command : page.code(PROGRAM)) {
        String args = command.group(1) == null ? "serve" : command.group(1);
        String name = args.startsWith("-") ? "serve" : args.split(" ")[0];
        boolean exists = COMMANDS.contains(name) || name.equals("help");
        String help = COMMANDS.contains(name) ? help(name, "--help") : help("help");
        Set<String> unknown = flags(args);
        unknown.removeAll(flags(help));
        if (!exists || !unknown.isEmpty()) {
          wrong.add(page + ": " + command.group());
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyNamedFlagExists() {
    Set<String> known = new TreeSet<>();
    COMMANDS.forEach(command -> known.addAll(flags(help(command, "--help"))));
    List<String> unknown = new ArrayList<>();
    for (Page page : Page.all()) {
      page.code().stream()
          .filter(code -> code.startsWith("--"))
          .filter(code -> !known.containsAll(flags(code)))
          .forEach(code -> unknown.add(page + ": " + code));
    }
    assertEquals(List.of(), unknown);
  }

  @Test
  void everyNamedMakeTargetExistsWithItsVariables() throws IOException {
    String makefile = Files.readString(Path.of("Makefile"));
    List<String> wrong = new ArrayList<>();
    int targets = 0;
    for (Page page : Page.all()) {
      Stream<String> inBlocks = page.blocks().stream().flatMap(each -> each.commands().stream());
      for (String words : Stream.concat(page.code().stream(), inBlocks).toList()) {
        Matcher target = MAKE.matcher(words);
        if (target.matches()) {
          targets++;
          if (!exists(makefile, target.group(1), target.group(2).strip())) {
            wrong.add(page + ": " + words);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(targets > 2, targets + "");
  }

  private static boolean exists(String makefile, String target, String variables) {
    return makefile.contains("\n" + target + ": ")
        && Stream.of(variables.split(" "))
            .filter(variable -> !variable.isEmpty())
            .allMatch(variable -> makefile.contains("(" + variable.split("=")[0]));
  }

  @Test
  void everyNamedUrlPathIsServed() {
    Set<String> addresses = new TreeSet<>();
    Page.all()
        .forEach(page -> page.code(ADDRESS).forEach(address -> addresses.add(address.group(1))));
    assertTrue(addresses.containsAll(Set.of("/", "/metrics", "/health/ready")), addresses + "");
    try (TestServer server = TestServer.startWithPage(Map.of())) {
      for (String address : addresses) {
        String asked = address.equals("/page/") ? "/page/agentcore-client.js" : address;
        try (RawClient client = RawClient.open(server.port())) {
          client.sendBytes(
              ("GET " + asked + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
          assertTrue(client.readHead().startsWith("HTTP/1.1 200 "), address);
        }
      }
    }
  }
}
