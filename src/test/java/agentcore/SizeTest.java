package agentcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How large the README says that things are. */
class SizeTest {
  private static final Path README = Path.of("README.md");
  private static final Path DOCS = Path.of("src", "docs");

  /** A part, its files, its lines, and what of them is code. */
  private static final Pattern COUNTED =
      Pattern.compile("(?m)^(core|example|cli|test) +\\d+ +(\\d+) +\\d+$");

  private static final Pattern SAID =
      Pattern.compile("(?m)^\\| (core|example|cli|test) \\| ([\\d,]+) \\|");

  private static final double TOLERANCE = 0.05;
  private static final long MAX_PICTURE_BYTES = 150_000;

  @Test
  void thePartsAreAsLargeAsTheReadmeSays() throws Exception {
    Map<String, Long> counted = numbers(COUNTED, count());
    Map<String, Long> said = numbers(SAID, Files.readString(README));
    assertEquals(4, counted.size(), "what was counted: " + counted);
    assertEquals(counted.keySet(), said.keySet());
    said.forEach(
        (part, lines) -> {
          long now = counted.get(part);
          assertTrue(
              Math.abs(now - lines) <= TOLERANCE * now,
              "the README says that %s has %,d lines, it has %,d".formatted(part, lines, now));
        });
  }

  private static String count() throws IOException, InterruptedException {
    Process loc = new ProcessBuilder("bin/loc").redirectErrorStream(true).start();
    String table = new String(loc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, loc.waitFor(), table);
    return table;
  }

  private static Map<String, Long> numbers(Pattern row, String text) {
    Map<String, Long> numbers = new HashMap<>();
    Matcher matcher = row.matcher(text);
    while (matcher.find()) {
      numbers.put(matcher.group(1), Long.parseLong(matcher.group(2).replace(",", "")));
    }
    return numbers;
  }

  @Test
  void everyPictureIsSmallAndIsShownSomewhere() throws IOException {
    String pages = Files.readString(README);
    for (Path page : docs(".md")) {
      pages += Files.readString(page);
    }
    List<Path> pictures = docs(".png");
    assertTrue(!pictures.isEmpty(), "the README shows what it looks like");
    for (Path picture : pictures) {
      assertTrue(Files.size(picture) <= MAX_PICTURE_BYTES, picture + " is too large");
      assertTrue(pages.contains(picture.getFileName() + ")"), picture + " is shown nowhere");
    }
  }

  private static List<Path> docs(String ending) throws IOException {
    try (Stream<Path> files = Files.list(DOCS)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
