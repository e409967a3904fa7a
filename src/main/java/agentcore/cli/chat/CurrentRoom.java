package agentcore.cli.chat;

import agentcore.client.ChatClient;
import agentcore.client.ChatEvent;
import java.util.List;
import java.util.Optional;

/** The room that the user's texts go to. For the client's thread. */
final class CurrentRoom {
  private final ChatClient client;
  private final Output output;
  private String name = ""; // empty: there is none
  private String defaultRoom = "";

  CurrentRoom(ChatClient client, Output output) {
    this.client = client;
    this.output = output;
  }

  Optional<String> name() {
    return Optional.of(name).filter(room -> !room.isEmpty());
  }

  /** Handles the first event of the first connection: it goes to the default room. */
  void welcomed(ChatEvent welcome) {
    defaultRoom = welcome.texts("rooms").stream().findFirst().orElse("");
    name = defaultRoom;
  }

  void switchTo(String room) {
    name = room;
    output.prompt(name());
  }

  /** Goes to another room if the client is no longer in this one. */
  void left(String room) {
    if (name.equals(room)) {
      List<String> others = client.rooms();
      name = others.contains(defaultRoom) ? defaultRoom : others.stream().findFirst().orElse("");
    }
    output.prompt(name());
  }
}
