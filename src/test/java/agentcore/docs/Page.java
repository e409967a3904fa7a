package agentcore.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A documentation page: its prose and its code blocks. */
record Page(Path file, String text) {
  static final Path README = Path.of("README.md");
  static final Path FOLDER = Path.of("src", "docs");
  private static final Path LEARN = Path.of("src", "learn");

  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern MARK = Pattern.compile("<!-- tested by (\\w+)\\.(\\w+) -->");
  private static final String FENCE = "```";
  private static final String INDENT = "    ";

  static Page read(Path file) {
    try {
      return new Page(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the README and all pages of src/docs and src/learn. */
  static List<Page> all() {
    try (Stream<Path> docs = Files.walk(FOLDER);
        Stream<Path> learn = Files.walk(LEARN)) {
      return Stream.concat(
              Stream.of(README),
              Stream.concat(docs, learn).filter(file -> file.toString().endsWith(".md")).sorted())
          .map(Page::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the text without code blocks; line numbers are kept. */
  String prose() {
    StringBuilder prose = new StringBuilder();
    boolean inFence = false;
    for (String line : text.lines().toList()) {
      boolean isFence = line.startsWith(FENCE);
      if (!isFence && !inFence && !line.startsWith(INDENT)) {
        prose.append(line);
      }
      prose.append('\n');
      inFence ^= isFence;
    }
    return prose.toString();
  }

  /** Returns the text without Java blocks. */
  String textWithoutJava() {
    return text.replaceAll("(?ms)^```java$.*?^```$", "");
  }

  /** Returns the inline code in its prose. */
  List<String> code() {
    return CODE.matcher(prose()).results().map(found -> found.group(1)).toList();
  }

  /** Returns the matches of a pattern against the inline code in its prose. */
  List<MatchResult> code(Pattern pattern) {
    return code().stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(MatchResult.class::cast)
        .toList();
  }

  /** Returns its code blocks, fenced and indented. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = text.lines().toList();
    Optional<String> test = Optional.empty();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher mark = MARK.matcher(line);
      if (line.startsWith(FENCE)) {
        int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf(FENCE);
        blocks.add(block(i, line.substring(FENCE.length()), lines.subList(i + 1, end), test));
        i = end;
      } else if (line.startsWith(INDENT) && lines.get(i - 1).isBlank()) {
        int end = i;
        while (end < lines.size() && lines.get(end).startsWith(INDENT)) {
          end++;
        }
        blocks.add(block(i, "", lines.subList(i, end), test));
        i = end - 1;
      } else if (mark.matches()) {
        test = Optional.of(mark.group(1) + "." + mark.group(2));
      } else if (!line.isBlank()) {
        test = Optional.empty();
      }
    }
    return blocks;
  }

  private Block block(int line, String language, List<String> lines, Optional<String> test) {
    String body = String.join("\n", lines).stripIndent() + "\n";
    return new Block(file + ":" + (line + 1), language, body, test);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
