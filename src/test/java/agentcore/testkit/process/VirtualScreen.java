package agentcore.testkit.process;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The screen of a terminal that knows the sequences that AgentCore uses, and no other: an unknown
 * one is an error, so a text that brings its own is found. Not thread-safe.
 */
public final class VirtualScreen {
  /** A cell to which nothing was written; it is not part of a row that is wrapped. */
  private static final String BLANK = "\u0000";

  /** The second column of a wide character. */
  private static final String COVERED = "";

  private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[(\\??[0-9;]*)([A-Za-z])");
  private static final Pattern UNFINISHED = Pattern.compile("\u001b(?:\\[\\??[0-9;]*)?");

  private final List<String[]> rows = new ArrayList<>();
  private final StringBuilder pending = new StringBuilder();
  private int columns;
  private int height;
  private int row;
  private int column;
  private boolean isWrapPending;
  private boolean isPasteBracketed;
  private boolean wasStyled;
  private int bells;

  /** Creates a blank screen. Rows that scroll out of it are kept above it. */
  public VirtualScreen(int columns, int height) {
    this.columns = columns;
    this.height = height;
    rows.add(blank());
  }

  private String[] blank() {
    String[] cells = new String[columns];
    Arrays.fill(cells, BLANK);
    return cells;
  }

  /** Writes what a program printed; a sequence may come in parts. */
  public void write(String output) {
    pending.append(output);
    while (!pending.isEmpty() && !UNFINISHED.matcher(pending).matches()) {
      int codePoint = pending.codePointAt(0);
      boolean isHalf = Character.isHighSurrogate(pending.charAt(0)) && pending.length() == 1;
      if (isHalf) {
        return;
      }
      if (codePoint == '\u001b') {
        Matcher sequence = SEQUENCE.matcher(pending);
        if (!sequence.lookingAt()) {
          throw new IllegalStateException("unknown sequence: " + visible(pending));
        }
        obey(sequence.group(1), sequence.group(2).charAt(0));
        pending.delete(0, sequence.end());
      } else {
        pending.delete(0, Character.charCount(codePoint));
        put(codePoint);
      }
    }
  }

  private static String visible(CharSequence text) {
    return text.toString().replace("\u001b", "ESC");
  }

  private void put(int codePoint) {
    switch (codePoint) {
      case '\r' -> moveTo(row, 0);
      case '\n' -> lineFeed();
      case '\t' -> moveTo(row, Math.min(columns - 1, column / 8 * 8 + 8));
      case '\b' -> moveTo(row, Math.max(0, column - 1));
      case '\u0007' -> bells++;
      default -> {
        if (Character.isISOControl(codePoint)) {
          throw new IllegalStateException("control character " + codePoint);
        }
        show(codePoint);
      }
    }
  }

  private void show(int codePoint) {
    int width = width(codePoint);
    if (width == 0) {
      int at = isWrapPending ? column : column - 1;
      while (at > 0 && rows.get(row)[at].equals(COVERED)) {
        at--;
      }
      if (at >= 0) {
        rows.get(row)[at] += Character.toString(codePoint);
      }
      return;
    }
    if (isWrapPending || column + width > columns) {
      lineFeed();
      moveTo(row, 0);
    }
    rows.get(row)[column] = Character.toString(codePoint);
    if (width == 2) {
      rows.get(row)[column + 1] = COVERED;
    }
    isWrapPending = column + width == columns;
    column = Math.min(columns - 1, column + width);
  }

  /** Counts as xterm does; knows the characters that tests use. */
  private static int width(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean isWide =
        (codePoint >= 0x1100 && codePoint <= 0x115F)
            || (codePoint >= 0x3041 && codePoint <= 0x9FFF)
            || (codePoint >= 0xAC00 && codePoint <= 0xD7A3)
            || (codePoint >= 0xFF01 && codePoint <= 0xFF60)
            || (codePoint >= 0x1F300 && codePoint <= 0x1F64F);
    return isWide ? 2 : 1;
  }

  private void lineFeed() {
    isWrapPending = false;
    row++;
    if (row == rows.size()) {
      rows.add(blank());
    }
  }

  private void moveTo(int newRow, int newColumn) {
    row = newRow;
    column = newColumn;
    isWrapPending = false;
  }

  /** Returns the first row that is on the screen. */
  private int top() {
    return Math.max(0, rows.size() - height);
  }

  private void obey(String parameters, char command) {
    int count = parameters.matches("[1-9]\\d*") ? Integer.parseInt(parameters) : 1;
    switch (command) {
      case 'A' -> moveTo(Math.max(top(), row - count), column);
      case 'C' -> moveTo(row, Math.min(columns - 1, column + count));
      case 'H' -> moveTo(top(), 0);
      case 'J' -> erase(parameters.equals("2"));
      case 'K' -> Arrays.fill(rows.get(row), column, columns, BLANK);
      case 'm' -> wasStyled = true;
      case 'h', 'l' -> {
        if (!parameters.equals("?2004")) {
          throw new IllegalStateException("unknown mode " + parameters);
        }
        isPasteBracketed = command == 'h';
      }
      default -> throw new IllegalStateException("unknown command " + parameters + command);
    }
  }

  private void erase(boolean isAll) {
    if (isAll) { // what was on the screen stays above it, as in xterm
      int down = row - top();
      for (int i = 0; i < height; i++) {
        rows.add(blank());
      }
      moveTo(top() + down, column);
    } else {
      Arrays.fill(rows.get(row), column, columns, BLANK);
      rows.subList(row + 1, rows.size()).clear();
    }
  }

  /** Changes the width, and wraps rows that are longer, as most terminals do. */
  public void resize(int newColumns) {
    List<String[]> old = new ArrayList<>(rows);
    int oldRow = row;
    int oldColumn = column;
    rows.clear();
    columns = newColumns;
    for (int i = 0; i < old.size(); i++) {
      int at = 0;
      int used = i == oldRow ? Math.max(used(old.get(i)), oldColumn + 1) : used(old.get(i));
      do {
        rows.add(blank());
        for (int to = 0; to < newColumns && at < old.get(i).length; to++, at++) {
          rows.getLast()[to] = old.get(i)[at];
          if (i == oldRow && at == oldColumn) {
            moveTo(rows.size() - 1, to);
          }
        }
      } while (at < used);
    }
  }

  private static int used(String[] cells) {
    int used = cells.length;
    while (used > 0 && cells[used - 1].equals(BLANK)) {
      used--;
    }
    return used;
  }

  /** Returns all rows without the blanks at their ends. */
  public List<String> lines() {
    return rows.stream().map(cells -> text(Arrays.asList(cells)).stripTrailing()).toList();
  }

  /** Returns the rows from the first to that of the cursor, which is shown as a bar. */
  public List<String> linesWithCursor() {
    List<String> lines = new ArrayList<>(lines());
    String[] cells = rows.get(row);
    String left = text(Arrays.asList(cells).subList(0, column));
    String right = text(Arrays.asList(cells).subList(column, columns));
    lines.set(row, left + "|" + right.stripTrailing());
    return lines;
  }

  private static String text(List<String> cells) {
    return String.join("", cells).replace(BLANK, " ");
  }

  /** Returns whether the terminal marks what is pasted. */
  public boolean isPasteBracketed() {
    return isPasteBracketed;
  }

  /** Returns whether anything was in bold or in a colour. */
  public boolean wasStyled() {
    return wasStyled;
  }

  /** Returns how often the bell rang. */
  public int bells() {
    return bells;
  }
}
