package agentcore.cli.chat;

import agentcore.cli.common.Printable;

/** Says why a connection was closed, or could not be opened. */
final class CloseReason {
  private CloseReason() {}

  /** Explains a close code: RFC 6455 section 7.4, and section 6 of the protocol. */
  static String text(int code, String reason) {
    return switch (code) {
      case 1000 -> "the server closed the connection";
      case 1001 -> "the server is shutting down";
      case 1002, 1007 -> "a frame was damaged on its way to the server"; // a proxy that ends
      case 1003 -> "the server did not understand this client";
      case 1006 -> reason.isEmpty() ? "the connection was lost" : Printable.line(reason);
      case 1008 -> "the server received too many requests";
      case 1009 -> "a line was longer than the server allows";
      case 1011 -> "the server had an internal error";
      case 1012 -> "the server is restarting";
      case 1013 -> "the server accepts no connections at the moment";
      case 4401 ->
          "the token is missing, wrong or expired: ask the server's operator for a new link"
              + " (agentcore invite), and pass it with --link";
      case 4403 -> "the token belongs to another user";
      case 4408 -> "messages were not read fast enough";
      case 4409 -> "this user already has too many connections";
      case 4410 -> "the server received nothing for too long";
      case 4411 -> "an operator closed this user's connections";
      default ->
          ("the server closed the connection: " + code + " " + Printable.line(reason)).strip();
    };
  }
}
