package agentcore.snippets;

import agentcore.client.ChatClient;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client of a chat server. */
final class Clients {
  private Clients() {}

  static CompletableFuture<String> hello(URI server, List<String> received) {
    // @start region="client"
    ChatClient client = ChatClient.builder(server, "alice").build();
    client.on("chat_message", message -> received.add(message.text("text")));
    client.on("gap", gap -> received.add("messages may be missing here"));
    CompletableFuture<String> stored =
        client
            .connect()
            .thenCompose(welcome -> client.create("garden", true))
            .thenCompose(info -> client.send("garden", "Hello!"))
            .thenApply(ack -> ack.text("message_id"));
    // @end
    return stored.whenComplete((id, failure) -> client.close());
  }
}
