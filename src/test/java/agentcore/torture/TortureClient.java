package agentcore.torture;

import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.torture.history.History.Position;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that reconnects after every disconnect, to any server, resumes the lobby, its room and
 * the inbox of its user, and resends unacknowledged messages.
 *
 * <p>One thread connects and reads, another sends what is due.
 */
final class TortureClient implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int TICK_MILLIS = 20;
  private static final int MAX_PAUSE_MILLIS = 300;

  private final String user;
  private final Ports ports;
  private final Random random;
  private final Map<String, RoomView> views = new LinkedHashMap<>();
  private final String room;
  private final RoomView inbox;
  private final MessageWriter writer;
  private final long periodNanos;
  private final Queue<String> problems;

  /** Refusals that only a store that lost its data may cause, until the users are members again. */
  private final Queue<String> unknownUsers = new ConcurrentLinkedQueue<>();

  private final ClientConnection connection;
  private final Thread reader;
  private final Thread sender;
  private volatile int server;
  private volatile long slowUntilNanos = System.nanoTime();
  private volatile boolean closed;

  /** A welcome has told the position of the inbox. For the reading thread. */
  private boolean isGreeted;

  /**
   * Creates a client.
   *
   * @param room the room it joins in addition to the lobby
   * @param writer the messages it sends, to that room, to the lobby or to another user
   * @param perSecond messages per second; 0 for a client that only reads
   * @param problems collects replies and failures that must not occur
   */
  TortureClient(
      String user,
      Ports ports,
      String room,
      MessageWriter writer,
      int perSecond,
      long seed,
      Queue<String> problems) {
    this.user = user;
    this.ports = ports;
    this.random = new Random(seed);
    this.room = room;
    this.writer = writer;
    this.periodNanos = perSecond == 0 ? 0 : Duration.ofSeconds(1).toNanos() / perSecond;
    this.problems = problems;
    this.server = random.nextInt(ports.count());
    views.put(Crowd.LOBBY, new RoomView(user));
    views.put(room, new RoomView(user));
    inbox = new RoomView(user);
    views.put(Crowd.inboxOf(user), inbox);
    connection = new ClientConnection(writer, this::joinRequest);
    reader = Thread.ofVirtual().name("client-reader-" + user).unstarted(this::connectAndRead);
    sender = Thread.ofVirtual().name("client-sender-" + user).unstarted(this::sendMessages);
  }

  TortureClient start() {
    reader.start();
    sender.start();
    return this;
  }

  private void connectAndRead() {
    while (!closed) {
      try (RawClient client = RawClient.open(ports.of(server))) {
        if (isUpgraded(client)) {
          read(client);
        }
      } catch (UncheckedIOException refused) {
        // try another server
      } catch (AssertionError | RuntimeException defect) {
        problems.add(user + ": " + defect);
      }
      connection.closed();
      server = random.nextInt(ports.count());
      pause(random.nextInt(1, MAX_PAUSE_MILLIS));
    }
  }

  private boolean isUpgraded(RawClient client) {
    try {
      client.sendUpgrade(path());
      return client.readHead().startsWith("HTTP/1.1 101 ");
    } catch (AssertionError noAnswer) {
      return false; // the server was killed or is paused
    }
  }

  private String path() {
    String path = RawClient.path(user);
    RoomView lobby = views.get(Crowd.LOBBY);
    return lobby.last().isEmpty()
        ? path
        : path + "?" + resume("", lobby) + "&" + resume("inbox_", inbox);
  }

  private static String resume(String prefix, RoomView view) {
    Position seen = view.last().orElse(new Position("", 0));
    String epoch = URLEncoder.encode(seen.epoch(), StandardCharsets.UTF_8);
    String since = prefix + "since=" + seen.seq() + "&" + prefix + "epoch=" + epoch;
    return since + "&" + prefix + "message_id=" + view.lastId();
  }

  private void read(RawClient client) {
    client.answerPings(false); // ClientConnection sends pongs, under its lock
    Optional<RawFrame> frame = client.nextFrame(LONG);
    while (frame.isPresent() && frame.get().opcode() != RawFrame.CLOSE) {
      if (frame.get().opcode() == RawFrame.PING) {
        connection.send(client, RawFrame.of(RawFrame.PONG, frame.get().payload()));
      } else if (frame.get().opcode() == RawFrame.TEXT) {
        handle(client, JsonParser.parseString(frame.get().text()).getAsJsonObject());
      }
      while (!closed && slowUntilNanos - System.nanoTime() > 0) {
        LockSupport.parkNanos(slowUntilNanos - System.nanoTime());
      }
      frame = client.nextFrame(LONG);
    }
  }

  private void handle(RawClient client, JsonObject event) {
    switch (text(event, "type")) {
      case "welcome" -> {
        views.get(Crowd.LOBBY).joined(event);
        if (!isGreeted) {
          isGreeted = true;
          inbox.welcomed(event);
        }
        connection.opened(client);
        LockSupport.unpark(sender);
      }
      case "room_joined" -> {
        views.get(text(event, "room")).joined(event);
        connection.joined();
        writer.resendAll();
      }
      case "room_reset" -> views.get(text(event, "room")).reset(event);
      case "chat_message" -> views.get(text(event, "room")).message(event, server);
      case "ack" -> writer.acknowledged(event);
      case "inbox_resumed" -> inbox.resumed(event);
      case "inbox_reset" -> inbox.reset(event);
      case "private_message" -> inbox.entry(event, server);
      case "private_message_sent" -> sent(event);
      case "error" -> failed(event);
      default -> {} // presence events
    }
  }

  private void sent(JsonObject event) {
    if (!event.has("duplicate")) {
      inbox.entry(event, server);
    }
    if (event.has("id")) {
      writer.acknowledged(event);
    }
  }

  private static String text(JsonObject event, String field) {
    return event.has(field) ? event.get(field).getAsString() : "";
  }

  private void failed(JsonObject error) {
    boolean isRetryable = error.get("retryable").getAsBoolean();
    if (text(error, "message_type").equals("join_room")) {
      // After a data loss the room may be missing until a server recreates it.
      connection.joinAgainAfter(Duration.ofMillis(random.nextInt(1, MAX_PAUSE_MILLIS)));
      isRetryable |= text(error, "error_code").equals("ROOM_NOT_FOUND");
    } else {
      writer.refused(text(error, "id"));
    }
    if (text(error, "error_code").equals("USER_NOT_FOUND")) {
      unknownUsers.add(user + " received " + error);
    } else if (!isRetryable) {
      problems.add(user + " received " + error);
    }
  }

  private void sendMessages() {
    long nextNanos = System.nanoTime();
    while (!closed) {
      if (periodNanos > 0 && nextNanos - System.nanoTime() <= 0) {
        writer.write();
        nextNanos = Math.max(nextNanos + periodNanos, System.nanoTime() - periodNanos);
      }
      connection.sendDue();
      LockSupport.parkNanos(
          periodNanos > 0 ? nextNanos - System.nanoTime() : TICK_MILLIS * 1_000_000L);
    }
  }

  private String joinRequest() {
    RoomView view = views.get(room);
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    Optional<Position> last = view.last();
    if (last.isPresent()) {
      data.addProperty("epoch", last.get().epoch());
      data.addProperty("since", last.get().seq());
      if (!view.lastId().isEmpty()) {
        data.addProperty("message_id", view.lastId());
      }
    }
    return request("join_room", data, "join");
  }

  /** Returns a {@code chat_message} request. */
  static String chatMessage(String room, String text, String id) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    data.addProperty("text", text);
    return request("chat_message", data, id);
  }

  /** Returns a {@code private_message} request. */
  static String privateMessage(String target, String text, String id) {
    JsonObject data = new JsonObject();
    data.addProperty("target_user_id", target);
    data.addProperty("text", text);
    return request("private_message", data, id);
  }

  /** Returns a request as JSON. */
  static String request(String type, JsonObject data, String id) {
    JsonObject request = new JsonObject();
    request.addProperty("type", type);
    request.add("data", data);
    request.addProperty("id", id);
    return request.toString();
  }

  /** Resets the connection in the middle of a frame. */
  void abort() {
    connection.abort(random);
  }

  /** Stops reading for a while, with a small receive buffer. */
  void readNothingFor(Duration time) {
    connection.shrinkReceiveBuffer();
    slowUntilNanos = System.nanoTime() + time.toNanos();
  }

  /** Returns whether it sends messages. */
  boolean isTalking() {
    return periodNanos > 0;
  }

  /** Returns its writer. */
  MessageWriter writer() {
    return writer;
  }

  /** Returns the private messages that were refused because their recipient was not known. */
  Collection<String> unknownUsers() {
    return unknownUsers;
  }

  /** Returns its view of each room, by room name. */
  Map<String, RoomView> views() {
    return views;
  }

  /** Returns the index of the server it uses. */
  int server() {
    return server;
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(millis * 1_000_000L);
  }

  @Override
  public void close() {
    closed = true;
    connection.close();
    LockSupport.unpark(reader);
    LockSupport.unpark(sender);
  }
}
