package agentcore.torture;

import agentcore.torture.history.History.Ack;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;

/**
 * The messages that one client sends to one room, or to one user. Each has a client id and is
 * resent until it is acknowledged. Thread-safe.
 */
final class MessageWriter {
  /**
   * A message that is not answered is sent again after this time, and then after twice the time
   * before, {@link #MAX_DOUBLINGS} times: on a slow machine, repeated requests would be all that
   * the servers have time for.
   */
  private static final long UNANSWERED_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int MAX_DOUBLINGS = 4;
  private static final int RETRY_MILLIS = 200;
  private static final int ID_LENGTH = 36;
  private static final int WINDOW = 4;
  private static final int MAX_PADDING = 400;

  /** Some of them exist. */
  private static final int USERS = 24;

  private static final List<String> ENDINGS =
      List.of("", "", " @user-%d", " (@user-%d!)", " me@user-%d", " @user-%dth");

  private final String sender;
  private final String room;
  private final BinaryOperator<String> request;
  private final Random random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Outgoing> pending = new LinkedHashMap<>();
  private final List<Ack> acks = new ArrayList<>();
  private boolean isFinished;

  private static final class Outgoing {
    final String frame;
    final long firstNanos = System.nanoTime();
    long dueNanos = firstNanos;
    int sends;

    Outgoing(String frame) {
      this.frame = frame;
    }
  }

  private MessageWriter(String sender, String room, BinaryOperator<String> request, Random random) {
    this.sender = sender;
    this.room = room;
    this.request = request;
    this.random = random;
  }

  /** Creates a writer of messages to a room. */
  static MessageWriter toRoom(String sender, String room, Random random) {
    return new MessageWriter(
        sender, room, (text, id) -> ChatRequests.chatMessage(room, text, id), random);
  }

  /**
   * Creates a writer of private messages, which are acknowledged in the sender's inbox. It waits
   * for {@link #begin}: a user who was never connected cannot be written to.
   */
  static MessageWriter toUser(String sender, String target, Random random) {
    MessageWriter made =
        new MessageWriter(
            sender,
            Crowd.inboxOf(sender),
            (text, id) -> ChatRequests.privateMessage(target, text, id),
            random);
    made.finish();
    return made;
  }

  /** Begins to add messages. */
  void begin() {
    lock.lock();
    try {
      isFinished = false;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the room, or the inbox, in which the messages are acknowledged. */
  String room() {
    return room;
  }

  /** Returns the client id at the beginning of a message's text. */
  static String clientId(String text) {
    return text.substring(0, Math.min(ID_LENGTH, text.length()));
  }

  /** Adds a message, unless too many are unacknowledged. */
  void write() {
    lock.lock();
    try {
      if (!isFinished && pending.size() < WINDOW) {
        String id = UUID.randomUUID().toString();
        String text = id + " " + "x".repeat(random.nextInt(MAX_PADDING)) + mention();
        pending.put(id, new Outgoing(request.apply(text, id)));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the end of a text: sometimes a mention, or what only looks like one. */
  private String mention() {
    String ending = ENDINGS.get(random.nextInt(ENDINGS.size()));
    return ending.isEmpty() ? "" : ending.formatted(random.nextInt(USERS));
  }

  /** Returns the frames to send now, in the order in which the messages were added. */
  List<String> due() {
    lock.lock();
    try {
      long now = System.nanoTime();
      List<String> frames = new ArrayList<>();
      for (Outgoing each : pending.values()) {
        if (each.dueNanos - now <= 0) {
          each.dueNanos = now + (UNANSWERED_NANOS << Math.min(each.sends, MAX_DOUBLINGS));
          each.sends++;
          frames.add(each.frame);
        }
      }
      return frames;
    } finally {
      lock.unlock();
    }
  }

  /** Records an {@code ack}, or the reply to a private message. */
  void acknowledged(JsonObject ack) {
    lock.lock();
    try {
      String id = ack.get("id").getAsString();
      Outgoing sent = pending.remove(id);
      if (sent != null) {
        String messageId = ack.get("message_id").getAsString();
        acks.add(
            new Ack(
                sender,
                id,
                RoomView.position(ack),
                messageId,
                ack.has("duplicate") && ack.get("duplicate").getAsBoolean(),
                sent.sends,
                sent.firstNanos,
                System.nanoTime()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Schedules a refused message to be resent after a short random delay. */
  void refused(String id) {
    lock.lock();
    try {
      Outgoing sent = pending.get(id);
      if (sent != null) {
        sent.dueNanos = System.nanoTime() + random.nextInt(1, RETRY_MILLIS) * 1_000_000L;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes all unacknowledged messages due at once, after a reconnect. */
  void resendAll() {
    lock.lock();
    try {
      long now = System.nanoTime();
      pending.values().forEach(each -> each.dueNanos = now);
    } finally {
      lock.unlock();
    }
  }

  /** Stops adding messages; pending ones are still sent. */
  void finish() {
    lock.lock();
    try {
      isFinished = true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether every message was acknowledged. */
  boolean isAnswered() {
    lock.lock();
    try {
      return pending.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a message was acknowledged that was first sent after a time. */
  boolean hasSentSince(long nanos) {
    lock.lock();
    try {
      return !acks.isEmpty() && acks.getLast().sentNanos() - nanos > 0;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the acknowledgements received so far. */
  List<Ack> acks() {
    lock.lock();
    try {
      return List.copyOf(acks);
    } finally {
      lock.unlock();
    }
  }
}
