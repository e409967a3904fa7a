package agentcore.client.rooms;

import agentcore.client.connection.Frame;
import agentcore.client.connection.Loop;
import agentcore.client.requests.Failure;
import agentcore.client.requests.Outbox;
import agentcore.client.requests.Pace;
import agentcore.client.requests.Reply;
import agentcore.client.requests.Requests;
import agentcore.client.requests.Turns;
import agentcore.client.rooms.LogPosition.Recovered;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * The rooms of a client. Only the server's frames, in order, change which rooms the client is in;
 * requests only ask. Every request to join a known room contains the position of the last message
 * seen there. The rooms follow the user: the client enters the rooms in the user's list, and leaves
 * those that the user has left on another device.
 */
public final class Rooms implements Leaves.NotInRoom {
  public final RoomTable table;
  private final Leaves leaves;

  private final Loop loop;
  private final Requests requests;
  private final Pace pace;
  private final RandomGenerator random;
  private final Frame.Receiver application;
  private final RoomList list;
  private final Turns turns;
  private final DefaultRoom defaultRoom;
  private final Joins joins;
  private final Following following;

  public Rooms(
      Loop loop,
      Requests requests,
      Pace pace,
      RandomGenerator random,
      RoomList list,
      BooleanSupplier isOnline,
      Frame.Receiver application) {
    this.loop = loop;
    this.requests = requests;
    this.pace = pace;
    this.random = random;
    this.application = application;
    this.list = list;
    this.table = new RoomTable(this::outbox);
    this.turns = new Turns(loop, pace, random, isOnline, new RoomJobs());
    this.defaultRoom = new DefaultRoom(requests, turns, isOnline);
    this.leaves = new Leaves(loop, requests, turns, isOnline, table, this);
    this.joins = new Joins(loop, requests, turns, isOnline, table, leaves, this::lost);
    this.following = new Following(table, list, defaultRoom, leaves, this::leftAlready);
  }

  private Outbox outbox(String room) {
    return new Outbox(
        loop, pace, random, (id, data) -> check(room, requests.send("chat_message", data, id)));
  }

  /** Sends a message to a room, as soon as the connection is in the room. */
  public Reply send(String name, String text, String id) {
    JsonObject data = Room.named(name);
    data.addProperty("text", text);
    return table
        .find(name)
        .map(room -> room.outbox.send(id, data))
        .orElseGet(() -> Reply.failed(loop, Failure.notInRoom(name)));
  }

  /** Joins a room; {@code seen} counts for a room that this client does not know. */
  public Reply join(String name, String id, LogPosition seen) {
    Optional<Room> room = table.find(name);
    Optional<Reply> pending = room.flatMap(known -> known.joining);
    if (pending.isPresent()) {
      return pending.get();
    }
    if (room.isPresent()) {
      return joins.join(
          room.get(), (data, isWanted) -> requests.ask("join_room", id, data, isWanted));
    }
    boolean isResumed = !seen.isUnknown();
    if (isResumed) {
      table.keepPosition(name, seen);
    }
    Reply reply = requests.ask("join_room", id, () -> table.joinFields(name), () -> true);
    if (isResumed) {
      reply.orElse(failure -> table.dropPosition(name));
    }
    if (defaultRoom.hasLeft(name)) {
      defaultRoom.holdLeaving(reply);
    }
    return reply;
  }

  /** Leaves a room. */
  public Reply leave(String name, String id) {
    return leaves.leave(name, id);
  }

  @Override
  public Frame leftAlready(String name) {
    Frame frame = Frame.of("room_left", Room.named(name));
    left(name);
    application.receive(frame);
    return frame;
  }

  /** Notes it if the reply to a request about a room is NOT_IN_ROOM. Returns the reply. */
  public Reply check(String room, Reply reply) {
    reply.orElse(
        failure -> {
          if (failure.is("NOT_IN_ROOM")) {
            refused(room);
          }
        });
    return reply;
  }

  /**
   * Notes that the server answered NOT_IN_ROOM for a room it had confirmed. {@code user_removed}
   * may still arrive.
   */
  private void refused(String name) {
    Optional<Room> room = table.find(name).filter(known -> known.isIn);
    if (room.isEmpty()) {
      return;
    }
    if (leaves.isPending(name)) {
      room.get().isDoubtful = true;
      return;
    }
    room.get().exit();
    turns.pause();
  }

  /** Returns the position in the default room, for the address of an attempt. */
  public JsonObject resume() {
    JsonObject position = new JsonObject();
    table.find(defaultRoom.resume()).ifPresent(room -> room.position.addTo(position));
    return position;
  }

  /** Asks for the list of the user's rooms. */
  @Override
  public void refresh() {
    list.refresh();
    turns.ask();
  }

  /** Handles a {@code welcome}. */
  public void welcomed(Frame frame) {
    joins.welcomed();
    list.welcomed();
    if (defaultRoom.welcomed(frame)) {
      arrived(defaultRoom.name(), frame, defaultRoom.recovered(frame));
    }
    turns.ask();
  }

  /** Notes that the connection has ended. */
  public void disconnected() {
    turns.stop();
    defaultRoom.disconnected();
    following.changedAll();
    list.disconnected();
    table.all().forEach(Room::disconnect);
  }

  /** Notes that the client is closed. Unsent messages fail. */
  public void end(Failure failure) {
    disconnected();
    table.all().forEach(room -> room.outbox.end(failure));
  }

  /** The requests that have to be sent. */
  private final class RoomJobs implements Turns.Jobs {
    @Override
    public int count() {
      return leaves.unwanted().size()
          + (defaultRoom.mayLeave() ? 1 : 0)
          + (list.canAsk() ? 1 : 0)
          + joins.count(toJoin(), list.isKept());
    }

    @Override
    public Optional<Reply> next() {
      if (defaultRoom.mayLeave()) {
        return Optional.of(defaultRoom.leave());
      }
      if (list.canAsk()) {
        return Optional.of(list.ask(failure -> failure.ifPresentOrElse(turns::retry, turns::ask)));
      }
      List<Room> unwanted = leaves.unwanted();
      if (!unwanted.isEmpty()) {
        return Optional.of(leaves.leaveUnwanted(unwanted.getFirst()));
      }
      List<Room> missing = toJoin();
      return missing.isEmpty() ? Optional.empty() : Optional.of(joins.next(missing, list.isKept()));
    }

    /** Returns the rooms to join; none before the list is known. */
    private List<Room> toJoin() {
      return list.isFirst() ? List.of() : joins.missing();
    }
  }

  /**
   * Handles a frame. Returns whether the application receives it. It receives each message once,
   * and no message of the default room after the user left it, even if the server still sends some.
   */
  public boolean receive(Frame frame, String ownChannel) {
    String name = frame.text("room");
    Optional<Room> room = table.find(name);
    switch (frame.type()) {
      case "chat_message" -> {
        return room.map(known -> isNew(known, frame)).orElse(!name.equals(defaultRoom.name()));
      }
      case "my_rooms" -> {
        following.listed(frame);
        turns.ask();
      }
      case "my_room_joined", "my_room_left" -> {
        following.changed(name);
        room.ifPresent(known -> known.isUnwanted &= frame.type().equals("my_room_left"));
        refresh();
      }
      case "room_joined" -> arrived(name, frame, Recovered.of(frame));
      case "room_info" -> room.ifPresent(known -> known.info = Optional.of(frame));
      case "room_left" -> left(name);
      case "user_removed" -> {
        if (frame.text("user_id").equals(ownChannel)) {
          lost(name, Failure.of("removed", "You were removed from this room"));
        }
      }
      case "room_reset" -> {
        room.ifPresent(known -> known.position.go(frame));
        defaultRoom.reset(frame);
        gap(name, frame.text("reason"));
      }
      default -> {}
    }
    return true;
  }

  private boolean isNew(Room room, Frame message) {
    if (!message.has("seq")) {
      return true; // a server without logs sends each message once
    }
    LogPosition.Order order = room.position.read(message);
    if (order == LogPosition.Order.HOLE) {
      gap(room.name, "hole");
    }
    return order != LogPosition.Order.KNOWN;
  }

  private void arrived(String name, Frame frame, Recovered recovered) {
    defaultRoom.arrived(name);
    Room room = table.add(name);
    room.isKept |= list.isKept();
    if (room.arrive(frame, recovered)) {
      gap(name, "not recovered");
    }
  }

  private void gap(String room, String reason) {
    JsonObject fields = Room.named(room);
    fields.addProperty("reason", reason);
    application.receive(Frame.of("gap", fields));
  }

  private void left(String name) {
    defaultRoom.left(name);
    following.changedAll(); // there is a place now
    table.dropPosition(name);
    table.forget(name);
  }

  private void lost(String name, Failure failure) {
    Optional<Room> room = table.find(name);
    if (!failure.is("removed")) {
      room.ifPresent(known -> table.keepPosition(name, known.position));
    }
    table.forget(name);
    if (room.isPresent() && room.get().isFollowed) {
      following.refused(name);
      return; // the application does not know it
    }
    JsonObject fields = Room.named(name);
    fields.addProperty("reason", failure.code());
    fields.addProperty("message", failure.message());
    application.receive(Frame.of("room_lost", fields));
  }
}
