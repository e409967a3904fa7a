package agentcore.cli.terminal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A key, and what terminals send for it: as xterm, the Linux console, rxvt and the VT220 do. */
enum Key {
  LEFT("\u0002", "\u001b[D", "\u001bOD"),
  RIGHT("\u0006", "\u001b[C", "\u001bOC"),
  WORD_LEFT("\u001bb", "\u001b[1;5D", "\u001b[1;3D", "\u001b[5D", "\u001bOd", "\u001b\u001b[D"),
  WORD_RIGHT("\u001bf", "\u001b[1;5C", "\u001b[1;3C", "\u001b[5C", "\u001bOc", "\u001b\u001b[C"),
  HOME("\u0001", "\u001b[H", "\u001bOH", "\u001b[1~", "\u001b[7~"),
  END("\u0005", "\u001b[F", "\u001bOF", "\u001b[4~", "\u001b[8~"),
  UP("\u0010", "\u001b[A", "\u001bOA"),
  DOWN("\u000e", "\u001b[B", "\u001bOB"),
  BACKSPACE("\u007f", "\b"),
  DELETE("\u001b[3~"),
  KILL_TO_END("\u000b"),
  KILL_TO_START("\u0015"),
  KILL_TO_BLANK("\u0017"),
  KILL_WORD_LEFT("\u001b\u007f", "\u001b\b"),
  KILL_WORD_RIGHT("\u001bd", "\u001b[3;5~"),
  YANK("\u0019"),
  ENTER("\r", "\n"),
  LINE_BREAK("\u001b\r", "\u001b\n"),
  COMPLETE("\t"),
  COMPLETE_BACK("\u001b[Z"),
  SEARCH("\u0012"),
  CANCEL("\u0007"),
  INTERRUPT("\u0003"),
  DELETE_OR_END("\u0004"),
  SUSPEND("\u001a"),
  CLEAR("\f"),
  PASTE("\u001b[200~"),
  /** Characters to insert; they are not in the table. */
  TEXT();

  /** A key that was pressed; the text is empty except for {@link #TEXT}. */
  record Press(Key key, String text) {}

  private static final Map<String, Key> TABLE = new HashMap<>();

  static {
    for (Key key : values()) {
      key.sent.forEach(text -> TABLE.put(text, key));
    }
  }

  private final List<String> sent;

  Key(String... sent) {
    this.sent = List.of(sent);
  }

  /** Returns what terminals send, with the key of each. */
  static Map<String, Key> table() {
    return Map.copyOf(TABLE);
  }
}
