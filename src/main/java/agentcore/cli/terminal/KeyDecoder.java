package agentcore.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decodes the characters that a terminal sends. A sequence may arrive in parts: its beginning is
 * kept until the rest comes. Sequences of unknown keys are ignored, and so is Escape before a key.
 * Between the two marks of a bracketed paste everything is text. Not thread-safe.
 */
final class KeyDecoder {
  private static final Map<String, Key> KEYS = Key.table();
  private static final char ESCAPE = '\u001b';
  private static final String END_OF_PASTE = "\u001b[201~";

  /** A run of text, a sequence that begins with Escape (ECMA-48, section 5.4), or a control. */
  private static final Pattern NEXT =
      Pattern.compile(
          "(?<text>\\P{Cc}+)|\u001b{1,2}\\[[0-?]{0,30}[ -/]{0,9}[@-~]|\u001b{1,2}O.|\u001b[^\\[O]|.",
          Pattern.DOTALL);

  private static final Pattern UNFINISHED =
      Pattern.compile("\u001b{1,2}|\u001b{1,2}\\[[0-?]{0,30}[ -/]{0,9}|\u001b{1,2}O");

  private final StringBuilder pending = new StringBuilder();
  private boolean isPasting;

  /** Returns the keys that are complete with these characters. */
  List<Key.Press> decode(String typed) {
    List<Key.Press> presses = new ArrayList<>();
    pending.append(typed);
    while (!pending.isEmpty() && (isPasting ? paste(presses) : key(presses))) {
      // until the rest is unfinished
    }
    return presses;
  }

  private boolean paste(List<Key.Press> presses) {
    int end = pending.indexOf(END_OF_PASTE);
    isPasting = end < 0;
    int length = isPasting ? Math.max(0, pending.length() - END_OF_PASTE.length() + 1) : end;
    String text = isPasting ? whole(pending.substring(0, length)) : pending.substring(0, length);
    if (!text.isEmpty()) {
      presses.add(new Key.Press(Key.TEXT, text));
    }
    pending.delete(0, text.length() + (isPasting ? 0 : END_OF_PASTE.length()));
    return !isPasting;
  }

  private boolean key(List<Key.Press> presses) {
    Matcher next = NEXT.matcher(pending);
    if (UNFINISHED.matcher(pending).matches() || !next.lookingAt()) {
      return false;
    }
    boolean isText = next.group("text") != null;
    String sent = isText ? whole(next.group()) : next.group();
    Key key = isText ? Key.TEXT : KEYS.get(sent);
    isPasting = key == Key.PASTE;
    if (key != null && !isPasting && !sent.isEmpty()) {
      presses.add(new Key.Press(key, isText ? sent : ""));
    }
    boolean isUnknownAlt = key == null && sent.length() == 2 && sent.charAt(0) == ESCAPE;
    pending.delete(0, isUnknownAlt ? 1 : sent.length());
    return !sent.isEmpty();
  }

  /** Omits the first half of a character whose other half is yet to come. */
  private static String whole(String text) {
    int last = text.length() - 1;
    return last >= 0 && Character.isHighSurrogate(text.charAt(last))
        ? text.substring(0, last)
        : text;
  }
}
