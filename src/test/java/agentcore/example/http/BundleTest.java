package agentcore.example.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts of the pages, each joined from many modules. */
class BundleTest {
  private static final Path FOLDER = Path.of("src", "main", "resources", "agentcore", "page");

  private static String script(Map<String, String> modules) {
    return new Bundle("main.js", modules::get).script();
  }

  @Test
  void modulesRunOnceAfterTheirImportsAndKeepTheirScope() {
    Map<String, String> modules =
        Map.of(
            "main.js", "import { one as first } from './a-b.js';\nimport * as c from './c.js';\n",
            "a-b.js",
                "import './c.js';\nexport const one = 1;\nlet mine = 2;\nexport { mine as m };\n",
            "c.js", "export class C {}\nexport async function f() {}\n");
    assertEquals(
        List.of("c.js", "a-b.js", "main.js"),
        List.copyOf(new Bundle("main.js", modules::get).modules()));
    assertEquals(
        """
        const $c = (() => { // c.js
        class C {}
        async function f() {}

        return { C, f };
        })();
        const $a_b = (() => { // a-b.js

        const one = 1;
        let mine = 2;


        return { m: mine, one };
        })();
        const $main = (() => { // main.js
        const { one: first } = $a_b;
        const c = $c;

        return {  };
        })();
        """,
        script(modules));
  }

  @Test
  void importsAndExportsOverSeveralLinesKeepTheLines() {
    String main =
        "import {\n  a,\n  b,\n} from './x.js';\nexport {\n  a,\n} from './x.js';\nexport { b };\nlast();\n";
    String script =
        script(Map.of("main.js", main, "x.js", "export const a = 1, b = 2;\nexport const b = 3;"));
    List<String> lines = script.substring(script.indexOf("// main.js")).lines().toList();
    assertEquals("last();", lines.get((int) main.lines().count()));
    assertTrue(script.contains("return { a: $x.a, b: b };"), script);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "export default class {}",
        "export let counter = 0;",
        "export * from './x.js';",
        "import x from './x.js';",
        "import { x } from 'elsewhere';",
        "export const { a, b } = {};"
      })
  void otherFormsAreRefused(String line) {
    Map<String, String> modules = Map.of("main.js", "let a = 1;\n" + line + "\n", "x.js", "");
    String message = assertThrows(IllegalStateException.class, () -> script(modules)).getMessage();
    assertTrue(message.contains("main.js: " + line), message);
  }

  @Test
  void circleIsRefused() {
    Map<String, String> modules =
        Map.of("main.js", "import './x.js';", "x.js", "import { m } from './main.js';");
    String message = assertThrows(IllegalStateException.class, () -> script(modules)).getMessage();
    assertEquals("modules import each other: [main.js, x.js]", message);
  }

  @Test
  void everyModuleOfThePagesIsUsedAndNamedAboveItsUnchangedLines() throws IOException {
    Set<String> used = new TreeSet<>();
    for (String entry : List.of("page.js", "admin.js")) {
      Bundle bundle = new Bundle(entry);
      List<String> lines = bundle.script().lines().toList();
      for (String module : bundle.modules()) {
        List<String> source =
            new String(Bundle.bytes(module), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .toList();
        int head =
            lines.indexOf(
                lines.stream()
                    .filter(line -> line.endsWith(" // " + module))
                    .findFirst()
                    .orElseThrow());
        for (int i = 0; i < source.size(); i++) {
          if (!source.get(i).matches("(import|export|\\}| +\\w+,).*|")) {
            assertEquals(source.get(i), lines.get(head + 1 + i), module);
          }
        }
      }
      used.addAll(bundle.modules());
    }
    try (Stream<Path> files = Files.list(FOLDER)) {
      Set<String> unused =
          new TreeSet<>(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(".js"))
                  .toList());
      unused.removeAll(used);
      assertEquals(Set.of(), unused);
    }
  }

  @Test
  void styleSheetContainsTheSheetsThatItImports() {
    String style = Bundle.style("page.css");
    assertFalse(style.contains("@import"));
    assertTrue(style.indexOf(":root {") < style.indexOf("#sidebar"));
  }
}
