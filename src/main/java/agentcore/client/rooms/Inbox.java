package agentcore.client.rooms;

import agentcore.client.connection.Frame;
import agentcore.client.connection.Loop;
import agentcore.client.requests.Failure;
import agentcore.client.requests.Outbox;
import agentcore.client.requests.Pace;
import agentcore.client.requests.Reply;
import agentcore.client.requests.Requests;
import com.google.gson.JsonObject;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The log of the client's user, the inbox: private messages, invitations and removals. */
public final class Inbox {
  private static final Set<String> ENTRIES =
      Set.of("private_message", "private_message_sent", "room_invitation", "room_removal");

  private final Frame.Receiver application;
  private final Outbox outbox;
  private final LogPosition position = LogPosition.unknown();

  /** Whether a welcome told the position; before, there is nothing to resume. */
  private boolean isKnown;

  /** Creates an empty log; {@code application} receives gaps. */
  public Inbox(
      Loop loop, Requests requests, Pace pace, RandomGenerator random, Frame.Receiver application) {
    this.application = application;
    this.outbox =
        new Outbox(loop, pace, random, (id, data) -> requests.send("private_message", data, id));
  }

  /** Returns the seq of the last entry seen. */
  public long seq() {
    return position.seq();
  }

  /** Sends a private message as soon as possible. */
  public Reply send(String id, String user, String text) {
    JsonObject data = new JsonObject();
    data.addProperty("target_user_id", user);
    data.addProperty("text", text);
    return outbox.send(id, data);
  }

  /** Returns the position of the last entry seen, for the address of an attempt. */
  public JsonObject resume() {
    JsonObject all = new JsonObject();
    if (isKnown) {
      JsonObject seen = new JsonObject();
      seen.addProperty("since", 0);
      position.addTo(seen);
      seen.entrySet().forEach(field -> all.add("inbox_" + field.getKey(), field.getValue()));
    }
    return all;
  }

  /** Handles a {@code welcome}. Missed entries follow {@code inbox_resumed}. */
  public void welcomed(Frame frame) {
    if (!isKnown) {
      JsonObject place = new JsonObject();
      place.addProperty("seq", frame.number("inbox_seq"));
      place.addProperty("epoch", frame.text("inbox_epoch"));
      position.go(Frame.of(place));
    }
    isKnown = true;
    outbox.open();
  }

  /** Notes that the connection has ended. Unsent messages wait. */
  public void disconnected() {
    outbox.hold();
  }

  /** Notes that the client is closed. Unsent messages fail. */
  public void end(Failure failure) {
    outbox.end(failure);
  }

  /** Handles a frame. Returns whether the application receives it. It receives each entry once. */
  public boolean receive(Frame frame) {
    if (frame.type().equals("inbox_resumed") && !frame.is("recovered")) {
      lost(frame, "not recovered");
    }
    if (frame.type().equals("inbox_reset")) {
      lost(frame, frame.text("reason"));
    }
    boolean isEntry =
        ENTRIES.contains(frame.type()) && frame.has("message_id") && !frame.has("duplicate");
    if (!isEntry) {
      return true; // `duplicate` is only in replies
    }
    LogPosition.Order order = position.read(frame);
    if (order == LogPosition.Order.HOLE) {
      gap("hole");
    }
    return order != LogPosition.Order.KNOWN;
  }

  private void lost(Frame frame, String reason) {
    position.go(frame);
    gap(reason);
  }

  private void gap(String reason) {
    JsonObject fields = new JsonObject();
    fields.addProperty("reason", reason);
    application.receive(Frame.of("inbox_gap", fields));
  }
}
