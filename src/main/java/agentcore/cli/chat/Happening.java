package agentcore.cli.chat;

/** What the client's one thread is told by the others. */
sealed interface Happening {
  /** Somebody typed a line. */
  record Line(String text) implements Happening {}

  /** No line follows. */
  record EndOfInput() implements Happening {}

  /** The server sent something. */
  record Frame(Link link, String text) implements Happening {}

  /** A connection ended, or did not begin. */
  record Ended(Link link, Ending why) implements Happening {}
}
