package agentcore.snippets;

import agentcore.core.AgentCore;
import agentcore.core.ServerRoom;
import agentcore.core.backend.BackendException;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.RoomListener;
import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A program that takes part in its own server. */
final class Bots {
  private Bots() {}

  static ScheduledExecutorService tick(AgentCore server) {
    // @start region="ticker"
    server.create("clock", true); // has no effect if the room exists
    Runnable tick =
        () -> {
          try {
            server.room("clock").publish(Event.of("tick").with("time", Instant.now() + ""));
          } catch (BackendException away) {
            // the next tick tries again
          }
        };
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    var unused = timer.scheduleAtFixedRate(tick, 0, 1, TimeUnit.SECONDS);
    // @end
    return timer;
  }

  static ServerRoom.Subscription answerTime(AgentCore server) {
    // @start region="bot"
    server.create("lobby", true); // has no effect if the room exists
    ServerRoom lobby = server.room("lobby");
    RoomListener bot =
        event -> {
          if (event.isFromServer()) {
            return; // a bot that answers bots may never end
          }
          if (event.fields().string("text").orElse("").equals("!time")) {
            Event answer =
                Event.of("chat_message")
                    .with("user_id", "/clock") // of no user: theirs begin with the name
                    .with("username", "clock")
                    .with("room", "lobby")
                    .with("text", "It is " + Instant.now());
            lobby.publish(answer, event.position().id()); // once, if several servers have the bot
          }
        };
    ServerRoom.Subscription subscription = lobby.subscribe(bot);
    // @end
    return subscription;
  }

  static Consumer onlyRoomsOfTheToken(Consumer chat) {
    // @start region="claim"
    Handler join = Objects.requireNonNull(chat.handlers().get("join_room"));
    Consumer guarded =
        chat.with(
            "join_room",
            (session, message) -> {
              List<String> rooms = session.identity().claims().strings("rooms").orElse(List.of());
              if (!rooms.contains(message.data().string("room").orElse(""))) {
                throw new ClientException(ErrorCode.NOT_ALLOWED, "Your token lacks this room");
              }
              join.handle(session, message);
            });
    // @end
    return guarded;
  }

  static int disconnect(AgentCore server, String troll) {
    // @start region="disconnect"
    CloseCode code = new CloseCode(4411, "disconnected by an operator");
    int connections = server.user(troll).disconnect(code);
    // @end
    return connections;
  }
}
