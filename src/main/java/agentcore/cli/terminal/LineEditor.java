package agentcore.cli.terminal;

import agentcore.cli.terminal.Completer.Completion;
import agentcore.cli.terminal.Line.Place;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Applies keys to the line, as Emacs and readline do. It knows no terminal. Not thread-safe.
 *
 * <p>A key that does something between two others of its kind begins anew: kills in a row are
 * yanked as one, and Tab after Tab shows the next candidate.
 */
final class LineEditor {
  private static final Completion NONE = new Completion(0, List.of());
  private static final Set<Key> IN_SEARCH =
      Set.of(Key.TEXT, Key.BACKSPACE, Key.SEARCH, Key.CANCEL, Key.INTERRUPT);

  private final Line line = new Line();
  private final Line searched = new Line();
  private final History history = new History();
  private final Completer completer;
  private String killed = "";
  private boolean isKilling;
  private Completion completion = NONE;
  private int candidate;
  private boolean isSearching;
  private String beforeSearch = "";

  LineEditor(Completer completer) {
    this.completer = completer;
  }

  Line line() {
    return line;
  }

  /** Returns what to show instead of the prompt; empty if nothing. */
  String label() {
    return isSearching ? "(search '" + searched.text() + "') " : "";
  }

  /** Empties the line, which was entered. */
  void entered() {
    history.add(line.text());
    line.set("");
  }

  /** Empties the line, which was not entered; it can be yanked. */
  void discard() {
    line.move(Place.END);
    killed = line.cut(Place.START);
    history.reset();
  }

  /** Applies a key. Returns false if the key has no use here. */
  boolean press(Key.Press press) {
    if (isSearching && IN_SEARCH.contains(press.key())) {
      return search(press);
    }
    isSearching = false;
    boolean wasKilling = isKilling;
    isKilling = false;
    boolean isTab = press.key() == Key.COMPLETE || press.key() == Key.COMPLETE_BACK;
    completion = isTab ? completion : NONE;
    return switch (press.key()) {
      case TEXT -> line.insert(press.text());
      case LINE_BREAK -> line.insert("\n");
      case LEFT -> move(Place.LEFT);
      case RIGHT -> move(Place.RIGHT);
      case WORD_LEFT -> move(Place.WORD_LEFT);
      case WORD_RIGHT -> move(Place.WORD_RIGHT);
      case HOME -> move(Place.START);
      case END -> move(Place.END);
      case BACKSPACE -> !line.cut(Place.LEFT).isEmpty();
      case DELETE, DELETE_OR_END -> !line.cut(Place.RIGHT).isEmpty();
      case KILL_TO_END -> kill(Place.END, wasKilling);
      case KILL_TO_START -> kill(Place.START, wasKilling);
      case KILL_TO_BLANK -> kill(Place.BLANK_LEFT, wasKilling);
      case KILL_WORD_LEFT -> kill(Place.WORD_LEFT, wasKilling);
      case KILL_WORD_RIGHT -> kill(Place.WORD_RIGHT, wasKilling);
      case YANK -> line.insert(killed);
      case UP -> go(history.position() - 1);
      case DOWN -> go(history.position() + 1);
      case COMPLETE -> complete(1);
      case COMPLETE_BACK -> complete(-1);
      case SEARCH -> startSearch();
      case CANCEL, CLEAR, ENTER, INTERRUPT, PASTE, SUSPEND -> false;
    };
  }

  private boolean move(Place to) {
    String before = line.beforeCursor();
    line.move(to);
    return !line.beforeCursor().equals(before);
  }

  private boolean kill(Place to, boolean again) {
    boolean isLeft = to != Place.END && to != Place.WORD_RIGHT;
    String removed = line.cut(to);
    String before = again || removed.isEmpty() ? killed : "";
    killed = isLeft ? removed + before : before + removed;
    isKilling = true;
    return !removed.isEmpty();
  }

  private boolean go(int position) {
    boolean exists = position >= 0 && position <= history.size();
    if (exists) {
      line.set(history.go(position, line.text()));
    }
    return exists;
  }

  private boolean complete(int step) {
    if (completion.candidates().isEmpty()) {
      completion = completer.complete(line.beforeCursor());
      candidate = step > 0 ? -1 : 0;
    }
    int count = completion.candidates().size();
    if (count > 0) {
      candidate = Math.floorMod(candidate + step, count);
      while (line.beforeCursor().length() > completion.start()) {
        line.cut(Place.LEFT);
      }
      line.insert(completion.candidates().get(candidate));
      completion = count == 1 ? NONE : completion;
    }
    return count > 0;
  }

  private boolean startSearch() {
    isSearching = true;
    searched.set("");
    beforeSearch = line.text();
    return true;
  }

  private boolean search(Key.Press press) {
    return switch (press.key()) {
      case TEXT -> searched.insert(press.text()) && find(history.position());
      case BACKSPACE -> !searched.cut(Place.LEFT).isEmpty() && find(history.size());
      case SEARCH -> find(history.position() - 1);
      default -> {
        isSearching = false;
        history.reset();
        line.set(beforeSearch);
        yield true;
      }
    };
  }

  private boolean find(int from) {
    OptionalInt found = history.find(searched.text(), from);
    found.ifPresent(position -> line.set(history.go(position, line.text())));
    return found.isPresent();
  }
}
