package agentcore.cli.common;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes text that others wrote harmless to a terminal. A terminal obeys control characters
 * (ECMA-48), and formatting characters can reverse a line or hide a part of it (Unicode Technical
 * Report 36).
 */
public final class Printable {
  private static final Pattern LINE_BREAKS =
      Pattern.compile("\\s*[\\n\\r\\x{85}\\x{2028}\\x{2029}]\\s*");
  private static final Pattern TABS = Pattern.compile("\\t");

  /** Control and formatting characters, except the joiners, which many scripts and emoji need. */
  private static final Pattern HARMFUL =
      Pattern.compile(
          "[\\p{Cc}\\p{Cs}\\p{Cn}\\p{Co}]|[\\p{Cf}&&[^\\x{200C}\\x{200D}\\x{E0020}-\\x{E007F}]]");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private Printable() {}

  /** Returns {@code text} on one line; a mark replaces each line break and control character. */
  public static String line(String text) {
    String oneLine = LINE_BREAKS.matcher(text).replaceAll(" \u23CE ");
    return HARMFUL.matcher(TABS.matcher(oneLine).replaceAll(" ")).replaceAll("\uFFFD");
  }

  /** Returns equivalent JSON on one line, without raw control characters. */
  public static String json(String json) {
    // White space between values has no meaning, and within a string it is always escaped.
    return CONTROL
        .matcher(json.replaceAll("[\n\r\t]", " "))
        .replaceAll(
            control -> String.format(Locale.ROOT, "\\\\u%04x", (int) control.group().charAt(0)));
  }
}
