package agentcore.cli.chat;

/** Who is at the other end of input and output. */
enum Mode {
  /** A person at a terminal. */
  CONSOLE,
  /** A script that sends lines: the first that cannot be done ends it. */
  PIPE,
  /** A script that reads the server's frames, and so sees for itself what could not be done. */
  JSON
}
