package agentcore.cli.terminal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of a terminal in characters; at least 2 by 2. */
record Size(int columns, int rows) {
  private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("(\\d{1,5}) (\\d{1,5})");

  Size {
    columns = Math.max(2, columns);
    rows = Math.max(2, rows);
  }

  /** Reads the output of {@code stty size}; a terminal that does not know it has 24 by 80. */
  static Size parse(String output) {
    Matcher size = ROWS_AND_COLUMNS.matcher(output.strip());
    boolean isKnown = size.matches() && !output.strip().equals("0 0");
    return isKnown
        ? new Size(Integer.parseInt(size.group(2)), Integer.parseInt(size.group(1)))
        : new Size(80, 24);
  }
}
