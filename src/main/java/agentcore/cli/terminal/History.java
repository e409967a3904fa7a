package agentcore.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** The entered lines of this session, and the unfinished line below them. Not thread-safe. */
final class History {
  /** How many lines are kept; the oldest is dropped. */
  static final int MAX_LINES = 500;

  private final List<String> lines = new ArrayList<>();
  private String draft = "";
  private int at;

  /** Adds an entered line, unless it is the same as the one before, and goes back to the draft. */
  void add(String line) {
    if (!line.isBlank() && (lines.isEmpty() || !lines.getLast().equals(line))) {
      lines.add(line);
    }
    if (lines.size() > MAX_LINES) {
      lines.removeFirst();
    }
    reset();
  }

  /** Goes back to the draft, which is empty now. */
  void reset() {
    draft = "";
    at = lines.size();
  }

  int position() {
    return at;
  }

  /** Returns how many lines there are; this is also the position of the draft. */
  int size() {
    return lines.size();
  }

  /** Goes to a position, and returns its line. {@code shown} is kept if it is the draft. */
  String go(int position, String shown) {
    draft = at == lines.size() ? shown : draft;
    at = Math.clamp(position, 0, lines.size());
    return at == lines.size() ? draft : lines.get(at);
  }

  /** Returns the position of the last line at or before {@code from} that contains a text. */
  OptionalInt find(String text, int from) {
    for (int i = Math.min(from, lines.size() - 1); i >= 0; i--) {
      if (lines.get(i).toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT))) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }
}
