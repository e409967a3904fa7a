package agentcore.torture;

import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.torture.History.Place;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A user who never gives up: it comes back after every end of its connection, to any server,
 * resumes the lobby and a room, and sends again what was not acknowledged.
 *
 * <p>One thread connects and reads, another sends what is due; both write to the socket under the
 * lock.
 *
 * <p>In one file, since its two threads share one state.
 */
final class TortureClient implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int TICK_MILLIS = 20;
  private static final int MAX_PAUSE_MILLIS = 300;
  private static final int SMALL_BUFFER = 4096;

  private final String user;
  private final Ports ports;
  private final Random random;
  private final Map<String, RoomView> views = new LinkedHashMap<>();
  private final String room;
  private final Writing writing;
  private final long periodNanos;
  private final Queue<String> problems;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread life;
  private final Thread voice;
  private Optional<RawClient> connection = Optional.empty();
  private boolean isJoined;
  private long joinDueNanos;
  private volatile int server;
  private volatile long slowUntilNanos = System.nanoTime();
  private volatile boolean closed;

  /**
   * Makes a user.
   *
   * @param room where it is, beside the lobby
   * @param writing what it says; in that room or the lobby
   * @param perSecond how much it says; 0 for a mere reader
   * @param problems takes what no server should have said
   */
  TortureClient(
      String user,
      Ports ports,
      String room,
      Writing writing,
      int perSecond,
      long seed,
      Queue<String> problems) {
    this.user = user;
    this.ports = ports;
    this.random = new Random(seed);
    this.room = room;
    this.writing = writing;
    this.periodNanos = perSecond == 0 ? 0 : Duration.ofSeconds(1).toNanos() / perSecond;
    this.problems = problems;
    this.server = random.nextInt(ports.count());
    views.put(Crowd.LOBBY, new RoomView(user));
    views.put(room, new RoomView(user));
    life = Thread.ofVirtual().name("life-" + user).unstarted(this::live);
    voice = Thread.ofVirtual().name("voice-" + user).unstarted(this::speak);
  }

  TortureClient start() {
    life.start();
    voice.start();
    return this;
  }

  private void live() {
    while (!closed) {
      try (RawClient client = RawClient.open(ports.of(server))) {
        if (isUpgraded(client)) {
          read(client);
        }
      } catch (UncheckedIOException refused) {
        // another server, then
      } catch (AssertionError | RuntimeException defect) {
        problems.add(user + ": " + defect);
      }
      disconnected();
      server = random.nextInt(ports.count());
      pause(random.nextInt(1, MAX_PAUSE_MILLIS));
    }
  }

  private boolean isUpgraded(RawClient client) {
    try {
      client.sendUpgrade(path());
      return client.readHead().startsWith("HTTP/1.1 101 ");
    } catch (AssertionError noAnswer) {
      return false; // it was killed, or stands still
    }
  }

  private String path() {
    String path = RawClient.path(user);
    RoomView lobby = views.get(Crowd.LOBBY);
    return lobby.last().isEmpty()
        ? path
        : path
            + "?since="
            + lobby.last().get().seq()
            + "&epoch="
            + URLEncoder.encode(lobby.last().get().epoch(), StandardCharsets.UTF_8)
            + "&message_id="
            + lobby.lastId();
  }

  private void read(RawClient client) {
    client.answerPings(false); // the writing is done under the lock
    Optional<RawFrame> frame = client.nextFrame(LONG);
    while (frame.isPresent() && frame.get().opcode() != RawFrame.CLOSE) {
      if (frame.get().opcode() == RawFrame.PING) {
        send(client, RawFrame.of(RawFrame.PONG, frame.get().payload()));
      } else if (frame.get().opcode() == RawFrame.TEXT) {
        hear(client, JsonParser.parseString(frame.get().text()).getAsJsonObject());
      }
      while (!closed && slowUntilNanos - System.nanoTime() > 0) {
        LockSupport.parkNanos(slowUntilNanos - System.nanoTime());
      }
      frame = client.nextFrame(LONG);
    }
  }

  private void hear(RawClient client, JsonObject event) {
    switch (text(event, "type")) {
      case "welcome" -> {
        views.get(Crowd.LOBBY).joined(event);
        connected(client);
      }
      case "room_joined" -> {
        views.get(text(event, "room")).joined(event);
        joined();
      }
      case "room_reset" -> views.get(text(event, "room")).reset(event);
      case "chat_message" -> views.get(text(event, "room")).message(event, server);
      case "ack" -> writing.acknowledged(event);
      case "error" -> failed(event);
      default -> {} // who comes and goes
    }
  }

  private static String text(JsonObject event, String field) {
    return event.has(field) ? event.get(field).getAsString() : "";
  }

  private void failed(JsonObject error) {
    boolean isRetryable = error.get("retryable").getAsBoolean();
    if (text(error, "message_type").equals("join_room")) {
      // A room may be gone with the store's data, until the servers enter it again.
      joinAgain();
      isRetryable |= text(error, "error_code").equals("ROOM_NOT_FOUND");
    } else {
      writing.refused(text(error, "id"));
    }
    if (!isRetryable) {
      problems.add(user + " was told " + error);
    }
  }

  private void connected(RawClient client) {
    lock.lock();
    try {
      connection = Optional.of(client);
      isJoined = false;
      joinDueNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(voice);
  }

  private void joined() {
    lock.lock();
    try {
      isJoined = true;
    } finally {
      lock.unlock();
    }
    writing.again();
  }

  private void joinAgain() {
    lock.lock();
    try {
      joinDueNanos = System.nanoTime() + random.nextInt(1, MAX_PAUSE_MILLIS) * 1_000_000L;
    } finally {
      lock.unlock();
    }
  }

  private void disconnected() {
    lock.lock();
    try {
      connection = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void speak() {
    long nextNanos = System.nanoTime();
    while (!closed) {
      if (periodNanos > 0 && nextNanos - System.nanoTime() <= 0) {
        writing.write();
        nextNanos = Math.max(nextNanos + periodNanos, System.nanoTime() - periodNanos);
      }
      sendWhatIsDue();
      LockSupport.parkNanos(
          periodNanos > 0 ? nextNanos - System.nanoTime() : TICK_MILLIS * 1_000_000L);
    }
  }

  private void sendWhatIsDue() {
    lock.lock();
    try {
      if (connection.isEmpty()) {
        return;
      }
      if (isJoined) {
        writing.due().forEach(frame -> send(connection.get(), RawFrame.text(frame)));
      } else if (joinDueNanos - System.nanoTime() <= 0) {
        joinDueNanos = System.nanoTime() + LONG.toNanos(); // it will be answered
        send(connection.get(), RawFrame.text(joinRequest()));
      }
    } finally {
      lock.unlock();
    }
  }

  private String joinRequest() {
    RoomView view = views.get(room);
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    Optional<Place> last = view.last();
    if (last.isPresent()) {
      data.addProperty("epoch", last.get().epoch());
      data.addProperty("since", last.get().seq());
      if (!view.lastId().isEmpty()) {
        data.addProperty("message_id", view.lastId());
      }
    }
    return request("join_room", data, "join");
  }

  /** Returns the request that says something. */
  static String chatMessage(String room, String text, String id) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    data.addProperty("text", text);
    return request("chat_message", data, id);
  }

  /** Returns a request. */
  static String request(String type, JsonObject data, String id) {
    JsonObject request = new JsonObject();
    request.addProperty("type", type);
    request.add("data", data);
    request.addProperty("id", id);
    return request.toString();
  }

  private void send(RawClient client, RawFrame frame) {
    lock.lock();
    try {
      client.send(frame);
    } catch (UncheckedIOException lost) {
      client.close(); // the reader finds out
    } finally {
      lock.unlock();
    }
  }

  /** Cuts the connection in the middle of a frame. */
  void tear() {
    lock.lock();
    try {
      if (connection.isPresent()) {
        writing.write();
        List<String> due = isJoined ? writing.due() : List.of();
        byte[] frame = RawFrame.text(due.isEmpty() ? joinRequest() : due.getFirst()).encode();
        connection.get().sendBytes(Arrays.copyOf(frame, random.nextInt(1, frame.length)));
        connection.get().closeAbruptly();
      }
    } catch (UncheckedIOException lost) {
      // it is torn already
    } finally {
      lock.unlock();
    }
  }

  /** Reads nothing for a while, and lets little wait in the socket. */
  void readNothingFor(Duration time) {
    lock.lock();
    try {
      if (connection.isPresent()) {
        connection.get().socket().setReceiveBufferSize(SMALL_BUFFER);
      }
    } catch (SocketException lost) {
      // then there is nothing to be slow with
    } finally {
      lock.unlock();
    }
    slowUntilNanos = System.nanoTime() + time.toNanos();
  }

  /** Returns what it says. */
  Writing writing() {
    return writing;
  }

  /** Returns what it knows of the rooms that it is in, by name. */
  Map<String, RoomView> views() {
    return views;
  }

  /** Returns the server that it is on, or tries. */
  int server() {
    return server;
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(millis * 1_000_000L);
  }

  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      connection.ifPresent(RawClient::closeAbruptly);
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(life);
    LockSupport.unpark(voice);
  }
}
