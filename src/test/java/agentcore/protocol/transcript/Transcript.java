package agentcore.protocol.transcript;

import agentcore.testkit.RawClient;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A conversation to play. The package describes its lines.
 *
 * @param name the name of its file
 * @param settings of the servers, as far as they differ from the defaults
 * @param steps in order
 */
public record Transcript(String name, Map<String, String> settings, List<Step> steps) {
  private static final String WITH = " with ";
  private static final Pattern SET = Pattern.compile("set ([A-Z_]+)=(.*)");
  private static final Pattern REFUSED = Pattern.compile("refused (\\d{3}) (\\S+)( with .*)?");
  private static final Pattern LINE =
      Pattern.compile(
          "([a-z]\\w*) (<~|<|>|connects|eventually connects|bytes|asks|skips to|silent|closes|drops|closed)(?: (.*))?",
          Pattern.DOTALL);

  /** Copies its arguments. */
  public Transcript {
    settings = Map.copyOf(settings);
    steps = List.copyOf(steps);
  }

  /** A line joined with its continuation lines. */
  private record Line(String place, String text) {}

  /** Reads all transcripts in a folder, sorted by name. */
  public static List<Transcript> readAll(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(Transcript::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Transcript read(Path file) {
    try {
      return parse(file.getFileName().toString(), 1, Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Parses a transcript.
   *
   * @param name the name of its file
   * @param firstLine the number of its first line in that file
   * @throws IllegalArgumentException naming the first invalid line
   */
  static Transcript parse(String name, int firstLine, List<String> text) {
    Map<String, String> settings = new LinkedHashMap<>();
    List<Step> steps = new ArrayList<>();
    boolean unordered = false;
    for (Line line : lines(name, firstLine, text)) {
      Matcher set = SET.matcher(line.text());
      if (set.matches() && steps.isEmpty()) {
        settings.put(set.group(1), set.group(2));
        continue;
      }
      boolean isUnordered = line.text().matches("\\w+ <~ .*");
      Step step = step(line);
      if (unordered && isUnordered && hasSameReceiver(steps.getLast(), step)) {
        step = merge((Step.Receives) steps.removeLast(), (Step.Receives) step);
      }
      steps.add(step);
      unordered = isUnordered;
    }
    return new Transcript(name, settings, steps);
  }

  private static List<Line> lines(String name, int firstLine, List<String> text) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < text.size(); i++) {
      String line = text.get(i);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (Character.isWhitespace(line.charAt(0)) && !lines.isEmpty()) {
        Line before = lines.removeLast();
        lines.add(new Line(before.place(), before.text() + " " + line.strip()));
      } else {
        lines.add(new Line(name + ":" + (firstLine + i), line));
      }
    }
    return lines;
  }

  private static Step step(Line line) {
    String place = line.place();
    try {
      Matcher refused = REFUSED.matcher(line.text());
      if (refused.matches()) {
        int status = Integer.parseInt(refused.group(1));
        String rest = refused.group(3) == null ? "" : refused.group(3);
        return new Step.Refused(place, status, refused.group(2), headers(rest));
      }
      Matcher parts = LINE.matcher(line.text());
      if (parts.matches()) {
        String rest = parts.group(3) == null ? "" : parts.group(3);
        return step(place, parts.group(1), parts.group(2), rest);
      }
    } catch (IllegalArgumentException | JsonParseException e) {
      throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(place + ": unknown line: " + line.text());
  }

  private static Step connects(String place, String who, String rest, boolean isPatient) {
    return new Step.Connects(place, who, path(who, rest), headers(" " + rest), isPatient);
  }

  private static Step step(String place, String who, String verb, String rest) {
    return switch (verb) {
      case ">" -> new Step.Sends(place, who, rest);
      case "<", "<~" -> new Step.Receives(place, who, List.of(json(rest)));
      case "skips to" -> new Step.SkipsTo(place, who, json(rest));
      case "asks" -> asks(place, who, rest);
      case "bytes" ->
          new Step.SendsBytes(place, who, HexFormat.of().parseHex(rest.replace(" ", "")));
      case "connects" -> connects(place, who, rest, false);
      case "eventually connects" -> connects(place, who, rest, true);
      case "closed" -> new Step.Closed(place, who, Integer.parseInt(rest));
      case "silent" -> new Step.Silent(place, who);
      case "closes" -> new Step.Closes(place, who);
      case "drops" -> new Step.Drops(place, who);
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private static String path(String who, String rest) {
    String where = (" " + rest).split(WITH, 2)[0].strip();
    if (where.startsWith("to ")) {
      return where.substring(3);
    }
    return RawClient.path(where.startsWith("as ") ? where.substring(3) : who);
  }

  private static List<String> headers(String rest) {
    String[] parts = rest.split(WITH, 2);
    return parts.length < 2 ? List.of() : List.of(parts[1]);
  }

  private static Step asks(String place, String who, String rest) {
    String[] parts = rest.split(" until ", 2);
    if (parts.length < 2) {
      throw new IllegalArgumentException("asks needs until");
    }
    return new Step.Asks(place, who, parts[0], json(parts[1]));
  }

  private static boolean hasSameReceiver(Step first, Step second) {
    return ((Step.Receives) first).who().equals(((Step.Receives) second).who());
  }

  private static Step merge(Step.Receives first, Step.Receives second) {
    List<JsonElement> frames = new ArrayList<>(first.frames());
    frames.addAll(second.frames());
    return new Step.Receives(first.place(), first.who(), frames);
  }

  private static JsonElement json(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    JsonElement json = JsonParser.parseReader(reader);
    if (!json.isJsonObject()) {
      throw new IllegalArgumentException("expected a JSON object: " + text);
    }
    return json;
  }
}
