package agentcore.compare;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The results as an SVG: a panel per row with a bar per server. Each panel has its own scale, on
 * which the longest bar fills the width. The colors follow the reader's light or dark theme.
 */
public final class Chart {
  private static final int PANELS_ACROSS = 2;
  private static final int PANEL_WIDTH = 420;
  private static final int BAR_WIDTH = 300;
  private static final int BAR_HEIGHT = 14;
  private static final int MARGIN = 20;
  private static final int HEAD = 54;
  private static final Pattern NUMBER = Pattern.compile("[0-9.]+");

  private static final String STYLE =
      """
      <style>
        text { font: 12px sans-serif; fill: #1f2328 }
        .title { font-weight: bold }
        .page { fill: #ffffff }
        .bar1 { fill: #0969da }
        .bar2 { fill: #8c959f }
        .bar3 { fill: #d4a72c }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
          .page { fill: #0d1117 }
          .bar1 { fill: #4493f8 }
          .bar2 { fill: #6e7681 }
          .bar3 { fill: #9e6a03 }
        }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder();
  private final int bars;
  private final int panelHeight;

  private Chart(int bars) {
    this.bars = bars;
    this.panelHeight = 38 + bars * BAR_HEIGHT;
  }

  /** Draws the rows of results.json that have a figure of a peer. */
  public static String draw(JsonObject results) {
    JsonArray columns = results.getAsJsonArray("columns");
    int bars = columns.size() - 2; // without the title and the bare write
    return new Chart(bars).draw(columns, results.getAsJsonArray("rows").asList());
  }

  private String draw(JsonArray columns, List<JsonElement> rows) {
    List<JsonArray> compared =
        rows.stream().map(JsonElement::getAsJsonArray).filter(this::hasPeer).toList();
    int lines = (compared.size() + PANELS_ACROSS - 1) / PANELS_ACROSS;
    int width = 2 * MARGIN + PANELS_ACROSS * PANEL_WIDTH;
    int height = HEAD + lines * panelHeight;
    svg.append(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %1$d %2$d' width='%1$d' height='%2$d'>\n"
            .formatted(width, height));
    svg.append(STYLE);
    rect("page", 0, 0, width, height);
    legend(columns);
    for (int i = 0; i < compared.size(); i++) {
      int x = MARGIN + i % PANELS_ACROSS * PANEL_WIDTH;
      panel(x, HEAD + i / PANELS_ACROSS * panelHeight, compared.get(i));
    }
    return svg.append("</svg>\n").toString();
  }

  private void legend(JsonArray columns) {
    int x = MARGIN;
    for (int bar = 1; bar <= bars; bar++) {
      rect("bar" + bar, x, 17, 12, 12);
      text("label", x + 18, 27, columns.get(bar).getAsString());
      x += 100;
    }
    text(
        "label",
        x,
        27,
        "us of server CPU per delivered message, if not stated otherwise; less is better");
  }

  private void panel(int x, int y, JsonArray row) {
    text("title", x, y + 12, row.get(0).getAsString());
    double longest = Double.MIN_VALUE;
    for (int bar = 1; bar <= bars; bar++) {
      longest = Math.max(longest, number(row, bar));
    }
    for (int bar = 1; bar <= bars; bar++) {
      if (!row.get(bar).getAsString().isEmpty()) {
        int top = y + 20 + (bar - 1) * BAR_HEIGHT;
        double length = Math.max(1, BAR_WIDTH * number(row, bar) / longest);
        rect("bar" + bar, x, top, length, BAR_HEIGHT - 3);
        text("label", x + (int) length + 6, top + 10, row.get(bar).getAsString());
      }
    }
  }

  private boolean hasPeer(JsonArray row) {
    return row.asList().subList(2, 1 + bars).stream()
        .anyMatch(cell -> !cell.getAsString().isEmpty());
  }

  /** Returns the number at the beginning of a figure, or 0. */
  private static double number(JsonArray row, int column) {
    Matcher number = NUMBER.matcher(row.get(column).getAsString());
    return number.lookingAt() ? Double.parseDouble(number.group()) : 0;
  }

  private void rect(String style, int x, int y, double width, int height) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class='%s' x='%d' y='%d' width='%.1f' height='%d'/>\n",
            style,
            x,
            y,
            width,
            height));
  }

  private void text(String style, int x, int y, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    svg.append(
        String.format(
            Locale.ROOT, "<text class='%s' x='%d' y='%d'>%s</text>\n", style, x, y, escaped));
  }
}
