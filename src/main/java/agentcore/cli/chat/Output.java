package agentcore.cli.chat;

import agentcore.client.ChatEvent;
import java.util.Optional;

/**
 * Prints the chat. Not thread-safe. {@link agentcore.cli.common.Printable} has already made the
 * lines harmless.
 */
interface Output {
  /** The server sent an event. */
  void frame(ChatEvent event);

  /** A line of text for a person, such as an event in words. */
  void line(String line);

  /** A notice about the connection. */
  void notice(String notice);

  /** Something failed. */
  void problem(String problem);

  /** The user entered a line. */
  void lineEntered();

  /** The current room changed. */
  void prompt(Optional<String> room);

  /** What is unread changed; {@code summary} is empty if there is nothing. */
  void unread(String summary);

  /** Returns whether the members of a room should be asked for, to complete their names. */
  boolean needsMembers(String room);
}
