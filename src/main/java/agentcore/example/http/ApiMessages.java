package agentcore.example.http;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.ServerUser;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.ClientException;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Names;
import agentcore.core.message.Post;
import agentcore.example.ChatSetting;
import agentcore.example.DefaultRoom;
import agentcore.example.LocalRate;
import agentcore.example.Mentions;
import agentcore.example.Recipients;
import agentcore.example.Requests;
import agentcore.example.Rooms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sends messages to rooms and users, for the HTTP API. */
final class ApiMessages {
  /** Contains a slash, which no user id does, and is the name of no connection. */
  private static final String SERVER_ID = "/server";

  private static final int MAX_BATCH = 100;
  private static final int MAX_ID_LENGTH = 64;

  private final AgentCore server;
  private final LocalRate rate;
  private final DefaultRoom defaultRoom;
  private final Recipients recipients;
  private final int maxTextLength;

  ApiMessages(AgentCore server, Config config, LocalRate rate) {
    this.server = server;
    this.rate = rate;
    this.defaultRoom = new DefaultRoom(config);
    this.recipients = new Recipients(config);
    this.maxTextLength = config.integer(ChatSetting.MAX_TEXT_LENGTH);
  }

  /** Answers with the receipt of the log. */
  HttpResponse publish(ApiCall call) {
    Fields body = call.body();
    return HttpResponse.json(200, server.json(publish(call.key(), call.room(), body)));
  }

  private Event publish(String key, String room, Fields body) {
    String text = Requests.text(body, maxTextLength);
    Event event =
        Event.of("chat_message")
            .with("user_id", SERVER_ID)
            .with("username", author(key, body))
            .with("room", room)
            .with("text", text);
    Optional<String> id = id(body).map(given -> key + '/' + given);
    Post post = new Post(event, Requests.PROGRAM + author(key, body), Mentions.in(text));
    PublishResult result =
        Requests.unlessConflict(defaultRoom.in(server, room, found -> found.publish(post, id)));
    return Rooms.receipt(Event.object().with("room", room), result);
  }

  private static String author(String key, Fields body) {
    return body.string("as").map(ApiCall::user).orElse(key);
  }

  private static Optional<String> id(Fields body) {
    Optional<String> id = body.string("id");
    Requests.require(
        id.isEmpty() || (Names.length(id.get()) >= 1 && Names.length(id.get()) <= MAX_ID_LENGTH),
        "Id must have 1 to " + MAX_ID_LENGTH + " characters");
    return id;
  }

  /** Answers with the receipt of the user's log, and the number of the user's connections. */
  HttpResponse send(ApiCall call) {
    return HttpResponse.json(200, server.json(send(call.key(), call.user(), call.body())));
  }

  private Event send(String key, String user, Fields body) {
    String text = Requests.text(body, maxTextLength);
    Event event =
        Event.of("private_message")
            .with("from_user_id", SERVER_ID)
            .with("from_username", author(key, body))
            .with("to_user_id", user)
            .with("to_username", user)
            .with("text", text);
    Optional<String> id = id(body).map(given -> key + '/' + given);
    ServerUser to = server.user(user);
    if (!recipients.mayReceive(to::lastSeen)) {
      throw Requests.userNotFound();
    }
    Post post = new Post(event, Requests.PROGRAM + author(key, body), Set.of());
    PublishResult stored = Requests.unlessConflict(to.publish(post, id));
    return Rooms.receipt(
        Event.object().with("username", user).with("connections", to.connections().size()), stored);
  }

  /** Answers with the result of each message, in their order: what it alone would have had. */
  HttpResponse batch(ApiCall call) {
    List<Fields> messages = call.body().objects("messages").orElse(List.of());
    Requests.require(
        !messages.isEmpty() && messages.size() <= MAX_BATCH,
        "Batch must have 1 to " + MAX_BATCH + " messages");
    var unused = rate.take(call.key(), messages.size() - 1);
    List<Event> results = new ArrayList<>();
    for (Fields each : messages) {
      results.add(result(call.key(), each));
    }
    return HttpResponse.json(200, server.json(Event.object().withList("results", results)));
  }

  private Event result(String key, Fields message) {
    try {
      Optional<String> user = message.string("user");
      return user.isPresent()
          ? send(key, ApiCall.user(user.get()), message)
          : publish(key, Requests.roomName(message.string("room").orElse(""), "room"), message);
    } catch (ClientException refusal) {
      return Problem.of(refusal).json();
    } catch (BackendException away) {
      return Api.unavailable().json();
    }
  }
}
