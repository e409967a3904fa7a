package agentcore.example;

import static java.util.Map.entry;

import agentcore.core.Config;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Session;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The consumer of the chat: maps each request of the protocol to its handler. */
public final class ChatConsumer implements Consumer {
  private final Typing typing = new Typing(System::nanoTime);
  private final MyRooms mine;
  private final Welcome welcome;
  private final Rooms rooms;
  private final ReadMarkers markers;
  private final Messages messages;
  private final People people;
  private final PrivateMessages privateMessages;

  /** Constructs the chat. */
  public ChatConsumer(Config config) {
    mine = new MyRooms(config);
    welcome = new Welcome(config);
    rooms = new Rooms(config, typing, mine);
    markers = new ReadMarkers(config);
    messages = new Messages(config, typing);
    Recipients recipients = new Recipients(config);
    people = new People(config, recipients);
    privateMessages = new PrivateMessages(config, recipients, typing);
  }

  @Override
  public Map<String, Handler> handlers() {
    return Map.ofEntries(
        entry("chat_message", messages::send),
        entry("get_message_history", messages::history),
        entry("join_room", rooms::join),
        entry("join_rooms", rooms::joinAll),
        entry("my_rooms", mine::list),
        entry("mark_read", markers::mark),
        entry("leave_room", rooms::leave),
        entry("create_room", rooms::create),
        entry("list_rooms", RoomLists::rooms),
        entry("get_room_users", RoomLists::users),
        entry("private_message", privateMessages::send),
        entry("get_inbox", privateMessages::history),
        entry("resume_inbox", privateMessages::resume),
        entry("get_user_status", people::status),
        entry("block_user", Blocks::block),
        entry("unblock_user", Blocks::unblock),
        entry("blocked_users", Blocks::list),
        entry("invite_user", people::invite),
        entry("remove_user", people::remove),
        entry("typing_start", typing::start),
        entry("typing_stop", typing::stop),
        entry("ping", (session, message) -> session.reply(message, Event.of("pong"))),
        entry(
            "pong",
            (session, message) -> {})); // its arrival has already shown that the client is alive
  }

  @Override
  public Set<String> cheapTypes() {
    return Set.of("ping", "pong", "typing_start", "typing_stop", "mark_read");
  }

  @Override
  public List<ErrorCode> errorCodes() {
    return ChatCodes.errors();
  }

  @Override
  public List<CloseCode> closeCodes() {
    return List.of(ChatCodes.DISCONNECTED);
  }

  @Override
  public void connected(Session session) {
    welcome.send(session);
  }

  @Override
  public Optional<Event> afterLoss(Room room, int members) {
    return rooms.afterLoss(room, members);
  }

  @Override
  public void disconnected(Session session) {
    typing.stopAll(session);
  }
}
