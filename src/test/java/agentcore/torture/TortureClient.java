package agentcore.torture;

import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.torture.history.AccountHistory;
import agentcore.torture.history.History.Position;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that reconnects after every disconnect, to any server, resumes the lobby, its room and
 * the inbox of its user, and resends unacknowledged messages. It also uses the account of its user,
 * as {@link AccountDevice} does.
 *
 * <p>One thread connects and reads, another sends what is due.
 */
final class TortureClient implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int TICK_MILLIS = 20;
  private static final int MAX_PAUSE_MILLIS = 300;
  private static final int MAX_AWAY_MILLIS = 2_000;

  private final String user;
  private final Ports ports;
  private final WrittenMessages written;
  private final Random random;
  private final Map<String, RoomView> views = new LinkedHashMap<>();
  private final RoomView inbox;
  private final MessageWriter writer;
  private final long periodNanos;
  private final Queue<String> problems;

  /** Refusals that only a store that lost its data may cause, until the users are members again. */
  private final Queue<String> unknownUsers = new ConcurrentLinkedQueue<>();

  private final AccountDevice account;
  private final ClientConnection connection;
  private final Thread reader;
  private final Thread sender;
  private volatile int server;
  private volatile long slowUntilNanos = System.nanoTime();
  private volatile boolean isRestless;
  private volatile boolean closed;

  /** A welcome has told the position of the inbox. For the reading thread. */
  private boolean isGreeted;

  /**
   * Creates a client.
   *
   * @param room the room it joins in addition to the lobby
   * @param peer a user whose private messages it marks as read
   * @param writer the messages it sends, to that room, to the lobby or to another user
   * @param perSecond messages per second; 0 for a client that only reads
   */
  TortureClient(
      String user,
      Crowd.Shared shared,
      String room,
      String peer,
      MessageWriter writer,
      int perSecond,
      long seed) {
    this.user = user;
    this.ports = shared.ports();
    this.written = shared.written();
    this.problems = shared.problems();
    this.random = new Random(seed);
    this.writer = writer;
    this.periodNanos = perSecond == 0 ? 0 : Duration.ofSeconds(1).toNanos() / perSecond;
    this.server = random.nextInt(ports.count());
    views.put(Crowd.LOBBY, new RoomView(user));
    views.put(room, new RoomView(user));
    inbox = new RoomView(user);
    views.put(Crowd.inboxOf(user), inbox);
    List<String> targets = List.of(room, Crowd.LOBBY, AccountHistory.peer(peer));
    String device = user + ", device " + Integer.toHexString(random.nextInt());
    account = new AccountDevice(device, targets, this::lastOf, random.nextLong());
    connection =
        new ClientConnection(writer, account, () -> ChatRequests.join(room, views.get(room)));
    reader = Thread.ofVirtual().name("client-reader-" + user).unstarted(this::connectAndRead);
    sender = Thread.ofVirtual().name("client-sender-" + user).unstarted(this::sendMessages);
  }

  private Optional<Position> lastOf(String target) {
    return views.getOrDefault(target, inbox).last();
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
      int pauseMillis = random.nextInt(1, goesAway() ? MAX_AWAY_MILLIS : MAX_PAUSE_MILLIS);
      LockSupport.parkNanos(pauseMillis * 1_000_000L);
    }
  }

  private boolean goesAway() {
    return isRestless && account.isBusy();
  }

  private boolean isUpgraded(RawClient client) {
    try {
      client.sendUpgrade(ChatRequests.path(user, views.get(Crowd.LOBBY), inbox));
      return client.readHead().startsWith("HTTP/1.1 101 ");
    } catch (AssertionError noAnswer) {
      return false; // the server was killed or is paused
    }
  }

  private void read(RawClient client) {
    account.connected();
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
    if (account.handle(event)) {
      return;
    }
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
        account.joined(text(event, "room"));
        connection.joined();
        writer.resendAll();
      }
      case "room_reset" -> views.get(text(event, "room")).reset(event);
      case "chat_message" -> {
        views.get(text(event, "room")).message(event, server);
        written.addToRoom(event);
      }
      case "ack" -> writer.acknowledged(event);
      case "inbox_resumed" -> inbox.resumed(event);
      case "inbox_reset" -> inbox.reset(event);
      case "private_message", "private_message_sent" -> entry(event);
      case "error" -> failed(event);
      default -> {} // presence events
    }
  }

  private void entry(JsonObject event) {
    if (!event.has("duplicate")) {
      inbox.entry(event, server);
      written.addToInbox(user, event);
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
    try {
      sendUntilClosed();
    } catch (AssertionError | RuntimeException defect) {
      problems.add(user + ", sending: " + defect);
    }
  }

  private void sendUntilClosed() {
    long nextNanos = System.nanoTime();
    long awayNanos = nextNanos;
    while (!closed) {
      if (goesAway() && awayNanos - System.nanoTime() <= 0) {
        connection.close();
        awayNanos = System.nanoTime() + random.nextInt(1, 2 * MAX_AWAY_MILLIS) * 1_000_000L;
      }
      if (periodNanos > 0 && nextNanos - System.nanoTime() <= 0) {
        writer.write();
        nextNanos = Math.max(nextNanos + periodNanos, System.nanoTime() - periodNanos);
      }
      connection.sendDue();
      LockSupport.parkNanos(
          periodNanos > 0 ? nextNanos - System.nanoTime() : TICK_MILLIS * 1_000_000L);
    }
  }

  /** From now on it is away about half of the time, until the run ends. */
  void goAwayAtTimes() {
    isRestless = true;
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

  MessageWriter writer() {
    return writer;
  }

  /** Returns what it does for the account of its user. */
  AccountDevice account() {
    return account;
  }

  String user() {
    return user;
  }

  /** Returns the private messages that were refused because their recipient was not known. */
  Collection<String> unknownUsers() {
    return unknownUsers;
  }

  /** Returns its view of each room, by room name. */
  Map<String, RoomView> views() {
    return views;
  }

  int server() {
    return server;
  }

  @Override
  public void close() {
    closed = true;
    connection.close();
    LockSupport.unpark(reader);
    LockSupport.unpark(sender);
  }
}
