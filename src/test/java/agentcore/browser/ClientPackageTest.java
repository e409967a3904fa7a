package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.FaultProxy;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The npm package of the client, unpacked into an empty folder. */
class ClientPackageTest {
  private static final Path SOURCES = Path.of("src", "client", "js");
  private static final Path CLIENTS = Path.of("src", "test", "resources", "clients");
  private static final String NAME = "agentcore-client";

  @TempDir private static Path folder;
  private static Path installed;

  @BeforeAll
  static void install() throws Exception {
    Path modules = Files.createDirectory(folder.resolve("node_modules"));
    execute("tar", "-xzf", pack("packed").toString(), "-C", modules.toString());
    installed = Files.move(modules.resolve("package"), modules.resolve(NAME));
  }

  private static Path pack(String to) throws Exception {
    Path target = Files.createDirectory(folder.resolve(to));
    execute(SOURCES.resolve("pack").toString(), target.toString());
    try (Stream<Path> files = Files.list(target)) {
      return files.filter(file -> file.toString().endsWith(".tgz")).findFirst().orElseThrow();
    }
  }

  private static void execute(String... command) throws Exception {
    File output = folder.resolve("output").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
    try {
      assertTrue(
          process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS),
          List.of(command)::toString);
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), Files.readString(output.toPath()));
  }

  private static JsonObject manifest() throws IOException {
    return JsonParser.parseString(Files.readString(installed.resolve("package.json")))
        .getAsJsonObject();
  }

  @Test
  void secondBuildIsIdentical() throws Exception {
    assertArrayEquals(Files.readAllBytes(pack("one")), Files.readAllBytes(pack("another")));
  }

  @Test
  void packageHasAllModulesAndTheVersionOfTheProjectAndNoDependencies() throws IOException {
    try (Stream<Path> files = Files.list(installed);
        Stream<Path> sources = Files.list(SOURCES)) {
      TreeSet<String> expected = new TreeSet<>(List.of("LICENSE", "README.md", "package.json"));
      sources
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".js") || name.endsWith(".d.ts"))
          .forEach(expected::add);
      assertEquals(
          expected, new TreeSet<>(files.map(file -> file.getFileName().toString()).toList()));
    }
    String pom = Files.readString(Path.of("pom.xml"));
    String version = "<version>" + manifest().get("version").getAsString() + "</version>";
    assertTrue(pom.substring(0, pom.indexOf("<name>")).contains(version), version);
    assertEquals(NAME, manifest().get("name").getAsString());
    assertTrue(manifest().keySet().stream().noneMatch(key -> key.matches("(?i).*dependencies")));
  }

  @Test
  void modulesUseNothingThatOnlyPagesHave() throws IOException {
    Pattern page =
        Pattern.compile(
            "\\b(window|document|localStorage|sessionStorage|navigator|location)\\b(?!`)");
    try (Stream<Path> files = Files.list(installed)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".js")).toList()) {
        String code = Files.readString(file).replaceAll("(?m)//.*$|/\\*(?s:.*?)\\*/", "");
        assertEquals(
            List.of(),
            page.matcher(code).results().map(MatchResult::group).toList(),
            file::toString);
      }
    }
  }

  @Test
  void declarationsHaveTheMethodsAndExportsOfTheClient() throws IOException {
    String script =
        """
        import * as client from 'agentcore-client';
        const own = Object.getOwnPropertyNames(client.AgentCoreClient.prototype);
        console.log(own.filter((name) => name !== 'constructor').sort().join());
        console.log(Object.keys(client).sort().join());
        """;
    String declared = Files.readString(installed.resolve("index.d.ts"));
    String type = declared.substring(declared.indexOf("export class AgentCoreClient"));
    String methods =
        names(type.substring(0, type.indexOf("\n}")), "(?m)^  (\\w+)[(<]", "constructor");
    String exports = names(declared, "(?m)^export (?:class|function) (\\w+)", "");
    try (NodeScript run = NodeScript.runAlone(folder, script)) {
      assertEquals(0, run.awaitExit(), run.lines()::toString);
      assertEquals(List.of(methods, exports), run.lines());
    }
  }

  private static String names(String text, String pattern, String butNot) {
    List<String> all =
        Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
    TreeSet<String> names = new TreeSet<>(all);
    names.remove(butNot);
    return String.join(",", names);
  }

  @Test
  void resumesAfterLostConnectionAndLosesNothing() throws IOException {
    String script = Files.readString(CLIENTS.resolve("resume.mjs"));
    try (TestServer server = TestServer.start();
        FaultProxy proxy = FaultProxy.to(server.port());
        RawClient bob = server.connect("bob");
        NodeScript alice =
            NodeScript.runAlone(folder, script, NAME, "ws://127.0.0.1:" + proxy.port())) {
      alice.await("ready");
      bob.nextJson("welcome");
      bob.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
      bob.nextJson("room_info");
      alice.sendLine("say den one");
      alice.await("ack one false");
      proxy.cut();
      alice.await("waiting");
      bob.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"den\",\"text\":\"two\"}}");
      while (!bob.nextJson("chat_message").get("text").getAsString().equals("two")) {
        // until the server has stored it
      }
      alice.sendLine("say den three");
      proxy.heal();
      alice.await("ack three false");
      alice.await("message den three");
      List<String> messages =
          alice.lines().stream()
              .filter(line -> line.matches("(message|gap|lost|failed) .*"))
              .toList();
      assertEquals(List.of("message den one", "message den two", "message den three"), messages);
    }
  }

  @Test
  void takesWebSocketClassWhereThereIsNoGlobalOne() throws IOException {
    String script =
        """
        import { AgentCoreClient } from 'agentcore-client';
        const [url] = process.argv.slice(2);
        const { WebSocket } = globalThis;
        delete globalThis.WebSocket;
        const without = new AgentCoreClient({ url, user: 'alice' });
        await without.connect().catch(({ code, message }) => console.log(`${code}: ${message}`));
        const client = new AgentCoreClient({ url, user: 'alice', WebSocket });
        console.log((await client.connect()).username);
        client.close();
        """;
    try (TestServer server = TestServer.start(Map.of());
        NodeScript run = NodeScript.runAlone(folder, script, "ws://127.0.0.1:" + server.port())) {
      assertEquals(0, run.awaitExit(), run.lines()::toString);
      String failure = "CLOSED: there is no WebSocket here: pass the option WebSocket";
      assertEquals(List.of(failure, "alice"), run.lines());
    }
  }

  /** A React of a few lines renders the example, whose user hears what arrived in between. */
  @Test
  void reactHookShowsTheMessagesOfItsRoom() throws IOException {
    Path react = Files.createDirectories(folder.resolve("node_modules").resolve("react"));
    Files.writeString(
        react.resolve("package.json"), "{\"type\":\"module\",\"exports\":\"./index.js\"}");
    Files.writeString(
        react.resolve("index.js"),
        """
        const cells = [];
        let at = 0;
        export const render = (component) => {
          at = 0;
          return component();
        };
        const cell = (first) => (cells[at] ??= { value: first, key: at });
        export function useState(first) {
          const own = cell(first);
          at++;
          return [own.value, (next) => (own.value = typeof next === 'function' ? next(own.value) : next)];
        }
        export function useEffect(effect) {
          const own = cell(undefined);
          at++;
          own.cleanUp ??= effect();
        }
        export const useCallback = (callback) => callback;
        export const unmount = () => cells.forEach(({ cleanUp }) => cleanUp?.());
        """);
    Files.copy(SOURCES.resolve("examples").resolve("use-chat.js"), folder.resolve("use-chat.js"));
    String script =
        """
        import { AgentCoreClient } from 'agentcore-client';
        import { render, unmount } from 'react';
        import { useChat } from './use-chat.js';
        const [url] = process.argv.slice(2);
        const bob = new AgentCoreClient({ url, user: 'bob' });
        await bob.connect();
        await bob.create('garden');
        await bob.send('garden', 'before');
        const client = new AgentCoreClient({ url, user: 'alice' });
        const view = () => render(() => useChat(client, 'garden'));
        const until = async (condition) => {
          while (!condition(view())) await new Promise((go) => setTimeout(go, 20));
        };
        view();
        await until(({ messages }) => messages.length === 1);
        await view().send('from the hook');
        await bob.send('garden', 'after');
        await until(({ messages }) => messages.length === 3);
        const { messages, state, error } = view();
        console.log(messages.map(({ text }) => text).join(), state, error);
        unmount();
        await bob.send('garden', 'unseen');
        await client.history('garden');
        console.log(view().messages.length);
        client.close();
        bob.close();
        """;
    try (TestServer server = TestServer.start();
        NodeScript run = NodeScript.runAlone(folder, script, "ws://127.0.0.1:" + server.port())) {
      assertEquals(0, run.awaitExit(), run.lines()::toString);
      assertEquals(List.of("before,from the hook,after online null", "3"), run.lines());
    }
  }
}
