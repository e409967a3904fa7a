package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;
import java.util.Optional;

/** Where the chat is printed. For one thread. */
interface Output {
  /** The server sent this. */
  void frame(ServerEvent event);

  /** The same in words, for a person; already harmless. */
  void line(String line);

  /** Something about the connection; already harmless. */
  void notice(String notice);

  /** Something could not be done; already harmless. */
  void problem(String problem);

  /** A line was typed. */
  void typed();

  /** What is typed next belongs to this room. */
  void prompt(Optional<String> room);
}
