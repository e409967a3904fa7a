package agentcore.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws the line below what was printed, in as many rows as it needs but at most half of the
 * screen. It only returns what to write: the sequences are those of ECMA-48. Not thread-safe.
 */
final class Screen {
  private static final String ERASE_BELOW = "\r\u001b[J";

  /** A row of the line. */
  private static final class Row {
    final StringBuilder text = new StringBuilder();
    int columns;
  }

  private int width;
  private int height;
  private List<Integer> drawnColumns = List.of(); // of each row above the cursor
  private int drawnCursor;

  Screen(Size size) {
    resize(size);
  }

  /** Takes over a new size. The terminal wraps rows that no longer fit, which moves the cursor. */
  void resize(Size size) {
    width = size.columns();
    height = size.rows();
  }

  int width() {
    return width;
  }

  /** Returns what erases the line, and moves the cursor to where it began. */
  String erase() {
    int up = drawnCursor / width;
    for (int columns : drawnColumns) {
      up += Math.max(1, (columns + width - 1) / width);
    }
    drawnColumns = List.of();
    drawnCursor = 0;
    return (up == 0 ? "" : "\u001b[" + up + "A") + ERASE_BELOW;
  }

  /**
   * Returns what draws the line where the cursor is.
   *
   * @param style a sequence before the prompt; empty for none
   */
  String draw(String style, String prompt, String beforeCursor, String afterCursor) {
    List<Row> rows = new ArrayList<>(List.of(new Row()));
    rows.getFirst().text.append(style);
    add(rows, prompt);
    rows.getLast().text.append(style.isEmpty() ? "" : "\u001b[0m");
    add(rows, beforeCursor);
    List<String> after = Columns.clusters(afterCursor);
    fit(rows, after.isEmpty() ? 1 : Columns.of(Columns.drawn(after.getFirst()))); // with the cursor
    int cursorRow = rows.size() - 1;
    drawnCursor = rows.getLast().columns;
    add(rows, afterCursor);
    int most = Math.max(1, height / 2);
    int first = Math.max(0, Math.min(cursorRow - most / 2, rows.size() - most));
    int last = Math.min(rows.size(), first + most);
    drawnColumns = rows.subList(first, cursorRow).stream().map(row -> row.columns).toList();
    return sequence(rows.subList(first, last), cursorRow - first);
  }

  private String sequence(List<Row> rows, int cursorRow) {
    int up = rows.size() - 1 - cursorRow;
    return String.join("\r\n", rows.stream().map(row -> row.text.toString()).toList())
        + (up == 0 ? "" : "\u001b[" + up + "A")
        + "\r"
        + (drawnCursor == 0 ? "" : "\u001b[" + drawnCursor + "C");
  }

  private void add(List<Row> rows, String text) {
    for (String cluster : Columns.clusters(text)) {
      String drawn = Columns.drawn(cluster);
      int columns = Columns.of(drawn);
      fit(rows, columns);
      rows.getLast().text.append(drawn);
      rows.getLast().columns += columns;
    }
  }

  private void fit(List<Row> rows, int columns) {
    if (rows.getLast().columns + columns > width) {
      rows.add(new Row());
    }
  }
}
