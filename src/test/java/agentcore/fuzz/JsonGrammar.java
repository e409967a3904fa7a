package agentcore.fuzz;

/**
 * Decides whether a text is JSON as the protocol defines it (RFC 8259, at most 32 levels deep, with
 * an optional byte order mark), independently of any parser library.
 */
final class JsonGrammar {
  private static final int MAX_DEPTH = 32;

  /** The server's parser rejects longer numbers. */
  private static final int MAX_NUMBER = 1023;

  private static final char END = '\uffff';

  private final String text;
  private int at;

  private JsonGrammar(String text) {
    this.text = text;
  }

  static boolean isJson(String text) {
    JsonGrammar grammar = new JsonGrammar(text);
    grammar.take('\ufeff');
    boolean isValue = grammar.value(0);
    return isValue && grammar.at == text.length();
  }

  private char next() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private boolean take(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean value(int depth) {
    blanks();
    boolean isValue =
        switch (next()) {
          case '{' -> depth < MAX_DEPTH && object(depth + 1);
          case '[' -> depth < MAX_DEPTH && array(depth + 1);
          case '"' -> string();
          case 't' -> word("true");
          case 'f' -> word("false");
          case 'n' -> word("null");
          default -> number();
        };
    blanks();
    return isValue;
  }

  private boolean object(int depth) {
    at++;
    blanks();
    if (take('}')) {
      return true;
    }
    do {
      blanks();
      if (!string()) {
        return false;
      }
      blanks();
      if (!take(':') || !value(depth)) {
        return false;
      }
    } while (take(','));
    return take('}');
  }

  private boolean array(int depth) {
    at++;
    blanks();
    if (take(']')) {
      return true;
    }
    do {
      if (!value(depth)) {
        return false;
      }
    } while (take(','));
    return take(']');
  }

  private boolean word(String word) {
    boolean there = text.startsWith(word, at);
    at += there ? word.length() : 0;
    return there;
  }

  private boolean number() {
    int from = at;
    take('-');
    boolean isNumber = take('0') || digits();
    if (isNumber && take('.')) {
      isNumber = digits();
    }
    if (isNumber && (take('e') || take('E'))) {
      boolean unused = take('+') || take('-');
      isNumber = digits();
    }
    return isNumber && at - from <= MAX_NUMBER;
  }

  private boolean digits() {
    int from = at;
    while (next() >= '0' && next() <= '9') {
      at++;
    }
    return at > from;
  }

  private boolean string() {
    if (!take('"')) {
      return false;
    }
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return true;
      }
      if (c < ' ' || (c == '\\' && !escape())) {
        return false;
      }
    }
    return false;
  }

  private boolean escape() {
    if (take('u')) {
      for (int i = 0; i < 4; i++, at++) {
        if ("0123456789abcdefABCDEF".indexOf(next()) < 0) {
          return false;
        }
      }
      return true;
    }
    boolean known = at < text.length() && "\"\\/bfnrt".indexOf(text.charAt(at)) >= 0;
    at += known ? 1 : 0;
    return known;
  }
}
