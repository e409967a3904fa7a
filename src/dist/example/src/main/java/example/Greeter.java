package example;

import agentcore.client.ChatClient;
import java.net.URI;

/** A client: greets everybody who joins the room "hall" of the chat at CHAT_URL. */
public final class Greeter {
  private Greeter() {}

  public static void main(String[] args) throws Exception {
    URI server = URI.create(System.getenv().getOrDefault("CHAT_URL", "ws://localhost:8000"));
    ChatClient client = ChatClient.builder(server, "greeter").build();
    client.on(
        "user_joined_room",
        event -> {
          if (event.text("room").equals("hall")) {
            client
                .send("hall", "Hello, " + event.text("username") + "!")
                .thenAccept(ack -> System.out.println("stored " + ack.number("seq")));
          }
        });
    client.connect().join();
    client.create("hall", true).join();
    System.out.println("in " + client.rooms());
    Thread.currentThread().join(); // until the program is stopped
  }
}
