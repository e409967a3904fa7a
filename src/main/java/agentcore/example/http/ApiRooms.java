package agentcore.example.http;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.Directory.CreateResult;
import agentcore.core.backend.Member;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.example.ChatCodes;
import agentcore.example.DefaultRoom;
import agentcore.example.Messages;
import agentcore.example.MyRooms;
import agentcore.example.People;
import agentcore.example.Requests;
import agentcore.example.RoomLists;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists, reads and changes rooms, for the HTTP API; private rooms too. */
final class ApiRooms {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_HISTORY_BYTES = 1024 * 1024;

  private final AgentCore server;
  private final DefaultRoom defaultRoom;

  ApiRooms(AgentCore server, Config config) {
    this.server = server;
    this.defaultRoom = new DefaultRoom(config);
  }

  private HttpResponse ok(Event event) {
    return HttpResponse.json(200, server.json(event));
  }

  HttpResponse list(ApiCall call) {
    Event list = RoomLists.of(Event.object(), server.rooms(), server.backend().presence());
    return ok(list);
  }

  HttpResponse members(ApiCall call) {
    String name = call.room();
    int limit = RoomLists.MAX_ROWS + 1;
    List<Member> members = defaultRoom.in(server, name, room -> room.members(limit));
    return ok(RoomLists.of(Event.object().with("room", name), members));
  }

  HttpResponse history(ApiCall call) {
    String name = call.room();
    int limit = (int) call.number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    long before = call.number("before", Long.MAX_VALUE, 1, Long.MAX_VALUE);
    return defaultRoom.in(
        server,
        name,
        room ->
            room.history(
                before,
                limit,
                MAX_HISTORY_BYTES,
                history -> ok(Messages.describe(Event.object(), name, history))));
  }

  /** Creates a room; to create it again is no error. */
  HttpResponse create(ApiCall call) {
    String name = call.room();
    boolean isPublic = call.body().bool("is_public").orElse(true);
    CreateResult result =
        name.equals(defaultRoom.name())
            ? server.backend().directory().create(defaultRoom.room())
            : server.create(name, isPublic);
    return switch (result) {
      case CREATED -> HttpResponse.json(201, server.json(description(name, isPublic)));
      case EXISTS -> {
        boolean isSame =
            server.room(name).find().filter(room -> room.isPublic() == isPublic).isPresent();
        if (!isSame) {
          throw new ClientException(ChatCodes.ROOM_EXISTS, "Room already exists");
        }
        yield ok(description(name, isPublic));
      }
      case FULL, TOO_MANY -> throw new ClientException(ChatCodes.LIMIT_EXCEEDED, "Too many rooms");
    };
  }

  private static Event description(String name, boolean isPublic) {
    return Event.object().with("name", name).with("is_public", isPublic);
  }

  HttpResponse delete(ApiCall call) {
    String name = call.room();
    if (!defaultRoom.in(server, name, room -> room.delete())) {
      return new Problem(409, ErrorCode.NOT_ALLOWED, "Room has members").response(server);
    }
    return new HttpResponse(204, Map.of(), new byte[0]);
  }

  HttpResponse remove(ApiCall call) {
    String name = call.room();
    String user = call.user();
    int removed =
        defaultRoom.in(
            server, name, room -> room.remove(user, member -> People.removal(name, member)));
    boolean wasJoined = MyRooms.forget(server.backend().accounts(), user, name, Optional.empty());
    if (removed == 0 && !wasJoined) {
      throw Requests.userNotFound();
    }
    var unused = server.user(user).publish(People.note(name, call.key()));
    return ok(
        Event.object().with("room", name).with("username", user).with("connections", removed));
  }
}
