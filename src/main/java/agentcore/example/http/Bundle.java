package agentcore.example.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Joins a module of a page with the modules that it imports into one script, so that a browser
 * loads it with one request. The source stays in small files, which also work unjoined.
 *
 * <pre>
 * const $dom = (() => { // dom.js           of: export function el() {...}
 * function el() {...}
 * return { el };
 * })();
 * const $chat = (() => { // chat.js         of: import { el } from './dom.js';
 * const { el } = $dom;
 * return {};
 * })();
 * </pre>
 *
 * <p>Each module keeps its own scope and its lines: line 7 of a module is 7 lines below the comment
 * with its name. A module runs once, after those that it imports. Imports in a circle, default
 * exports and exported variables are not supported and refused.
 */
final class Bundle {
  private static final String FOLDER = "/agentcore/page/";

  private static final Pattern IMPORT =
      Pattern.compile(
          "^import (?:\\{([^}]*)} from |\\* as (\\w+) from )?'\\./([\\w.-]+)';", Pattern.MULTILINE);
  private static final Pattern EXPORTED_NAMES =
      Pattern.compile("^export \\{([^}]*)}(?: from '\\./([\\w.-]+)')?;", Pattern.MULTILINE);
  private static final Pattern EXPORTED_DECLARATION =
      Pattern.compile(
          "^export ((?:async )?function\\*? |class |const )([\\w$]+)", Pattern.MULTILINE);
  private static final Pattern UNSUPPORTED =
      Pattern.compile("^(?:import|export)\\b.*", Pattern.MULTILINE);
  private static final Pattern LINK =
      Pattern.compile("<link rel=\"stylesheet\" href=\"page/([\\w.-]+)\">");
  private static final Pattern STYLE = Pattern.compile("^@import '([\\w.-]+)';", Pattern.MULTILINE);

  private final UnaryOperator<String> files;

  /** By name, in the order in which they run. */
  private final Map<String, String> modules = new LinkedHashMap<>();

  private final Set<String> begun = new LinkedHashSet<>();

  /**
   * Joins a module of the pages and all modules that it imports.
   *
   * @throws IllegalStateException if a module is missing, or modules import each other
   */
  Bundle(String entry) {
    this(entry, Bundle::read);
  }

  /**
   * Joins a module and all modules that it imports.
   *
   * @param files returns the source of a module
   */
  Bundle(String entry, UnaryOperator<String> files) {
    this.files = files;
    add(entry);
  }

  /** Returns the names of the modules, in the order in which they run. */
  Set<String> modules() {
    return Collections.unmodifiableSet(modules.keySet());
  }

  /**
   * Returns the script.
   *
   * @throws IllegalStateException if a module contains a form that is not supported
   */
  String script() {
    return modules.entrySet().stream()
        .map(module -> joined(module.getKey(), module.getValue()))
        .collect(Collectors.joining());
  }

  /** Returns a style sheet of the pages in which the sheets that it imports replace the imports. */
  static String style(String entry) {
    return STYLE.matcher(read(entry)).replaceAll(found -> literal(style(found.group(1))));
  }

  /** Reads an HTML file. The style sheet that it links becomes a part of it. */
  static String html(String file) {
    return LINK.matcher(read(file))
        .replaceAll(found -> literal("<style>" + style(found.group(1)) + "</style>"));
  }

  /** Reads a file of the pages. */
  static byte[] bytes(String file) {
    try (InputStream in = Bundle.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("the build has no " + FOLDER + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(String file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  private void add(String name) {
    if (modules.containsKey(name)) {
      return;
    }
    if (!begun.add(name)) {
      throw new IllegalStateException("modules import each other: " + begun);
    }
    String source = files.apply(name);
    Stream.concat(imports(IMPORT, 3, source), imports(EXPORTED_NAMES, 2, source))
        .forEach(this::add);
    modules.put(name, source);
  }

  private static Stream<String> imports(Pattern form, int group, String source) {
    List<String> names = new ArrayList<>();
    for (Matcher found = form.matcher(source); found.find(); ) {
      if (found.group(group) != null) {
        names.add(found.group(group));
      }
    }
    return names.stream();
  }

  private static String joined(String name, String source) {
    List<String> exports = new ArrayList<>();
    String body = IMPORT.matcher(source).replaceAll(found -> literal(imported(found)));
    body = EXPORTED_NAMES.matcher(body).replaceAll(found -> literal(exported(found, exports)));
    body =
        EXPORTED_DECLARATION
            .matcher(body)
            .replaceAll(
                found -> {
                  exports.add(found.group(2));
                  return literal(found.group(1) + found.group(2));
                });
    Matcher unsupported = UNSUPPORTED.matcher(body);
    if (unsupported.find()) {
      throw new IllegalStateException("not supported in " + name + ": " + unsupported.group());
    }
    return "const %s = (() => { // %s\n%s\nreturn { %s };\n})();\n"
        .formatted(variable(name), name, body, String.join(", ", exports));
  }

  private static String imported(MatchResult found) {
    if (found.group(1) == null && found.group(2) == null) {
      return ""; // imported for its effects
    }
    String names =
        found.group(1) == null
            ? found.group(2)
            : "{" + found.group(1).replaceAll("\\s+as\\s+", ": ") + "}";
    return "const " + names + " = " + variable(found.group(3)) + ";";
  }

  /** Records the exported names; returns what stays of the statement, its line ends. */
  private static String exported(MatchResult found, List<String> exports) {
    String from = found.group(2) == null ? "" : variable(found.group(2)) + ".";
    for (String name : found.group(1).split(",", -1)) {
      String[] words = name.strip().split("\\s+as\\s+", -1);
      if (!words[0].isEmpty()) {
        exports.add(words[words.length - 1] + ": " + from + words[0]);
      }
    }
    return found.group().replaceAll("[^\\n]", "");
  }

  private static String variable(String module) {
    return "$" + module.replaceFirst("\\.js$", "").replaceAll("\\W", "_");
  }

  private static String literal(String replacement) {
    return Matcher.quoteReplacement(replacement);
  }
}
