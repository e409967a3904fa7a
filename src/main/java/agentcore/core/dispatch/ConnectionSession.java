package agentcore.core.dispatch;

import agentcore.core.auth.Identity;
import agentcore.core.backend.Accounts;
import agentcore.core.backend.Directory;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Log.ReadMarks;
import agentcore.core.backend.Log.Unread;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Room;
import agentcore.core.backend.TokenBuckets;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Frame;
import agentcore.core.consumer.Attribute;
import agentcore.core.consumer.Inbox;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Replay;
import agentcore.core.consumer.Session;
import agentcore.core.group.ConnectionManager;
import agentcore.core.group.GroupMembership;
import agentcore.core.group.LogEvents;
import agentcore.core.group.Memberships;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.message.Post;
import agentcore.core.serializer.Serializer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The session of one connection. */
public final class ConnectionSession implements Session {
  final Memberships memberships;
  final Connection connection;
  private final Identity identity;
  private final Map<String, String> parameters;
  final ConnectionManager manager;
  private final Serializer serializer;
  private final Dispatcher dispatcher;
  final PendingReplies pending = new PendingReplies();

  /** The session is opened on the connection's reader thread. */
  private final Thread reader = Thread.currentThread();

  /** Replaced, never changed: most sessions have none, and need no memory for them. */
  private volatile Map<Attribute<?>, Object> attributes = Map.of();

  ConnectionSession(
      Memberships memberships,
      Identity identity,
      Map<String, String> parameters,
      ConnectionManager manager,
      Serializer serializer,
      Dispatcher dispatcher) {
    this.memberships = memberships;
    this.connection = memberships.connection();
    this.identity = identity;
    this.parameters = Map.copyOf(parameters);
    this.manager = manager;
    this.serializer = serializer;
    this.dispatcher = dispatcher;
  }

  private boolean isReader() {
    return Thread.currentThread().equals(reader);
  }

  void requireReader(String method) {
    if (!isReader()) {
      throw new IllegalStateException(
          "Session." + method + " is for the reader thread of connection " + connection);
    }
  }

  @Override
  public String user() {
    return connection.user();
  }

  @Override
  public String channel() {
    return connection.channel();
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public <T> Optional<T> attribute(Attribute<T> attribute) {
    return Optional.ofNullable(attribute.type().cast(attributes.get(attribute)));
  }

  /** A monitor is enough: nothing blocks while it is held. */
  @Override
  public synchronized <T> void set(Attribute<T> attribute, T value) {
    Map<Attribute<?>, Object> changed = new HashMap<>(attributes);
    changed.put(attribute, attribute.type().cast(value));
    attributes = Map.copyOf(changed);
  }

  @Override
  public List<String> rooms() {
    return memberships.roomNames().stream().sorted().toList();
  }

  @Override
  public Optional<Membership> membership(String roomName) {
    return memberships.find(roomName).map(Membership.class::cast);
  }

  private static GroupMembership groupMember(Membership membership) {
    return (GroupMembership) membership;
  }

  @Override
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  @Override
  public void send(Event event) {
    byte[] frame = Frame.text(serializer.encode(event, manager.now()));
    if (isReader()) {
      sendPendingReplies();
      connection.reply(frame);
    } else {
      connection.offer(frame);
    }
  }

  /** Replies to all earlier requests. */
  void sendPendingReplies() {
    dispatcher.replyToAll(this);
  }

  void send(Entry entry) {
    connection.reply(LogEvents.frame(serializer, entry));
  }

  @Override
  public Optional<Membership> enter(
      Room room, Event will, Event announcement, Optional<Position> seen) {
    requireReader("enter");
    Notice joined = Notice.presence(channel(), text(announcement));
    return manager
        .enter(memberships, room, serializer.write(will), Optional.of(joined), seen)
        .map(entered -> entered);
  }

  @Override
  public boolean leave(Membership membership, Event announcement) {
    requireReader("leave");
    Notice left = Notice.presence(channel(), text(announcement));
    return manager.leave(groupMember(membership), Optional.of(left));
  }

  @Override
  public PublishResult publish(Membership membership, Post post, Optional<IdempotencyKey> key) {
    return groupMember(membership).publish(manager.draft(post), key).get();
  }

  @Override
  public void publish(
      Message request,
      Membership membership,
      Post post,
      Optional<IdempotencyKey> key,
      Reply reply) {
    requireReader("publish with a reply");
    pending.add(
        new PendingReply(
            request, groupMember(membership).publish(manager.draft(post), key), reply));
  }

  @Override
  public PublishResult publish(String user, Post post, Optional<IdempotencyKey> key) {
    return manager.publish(GroupId.user(user), manager.draft(post), key);
  }

  @Override
  public Inbox inbox() {
    return new SessionInbox(this, memberships.inbox());
  }

  @Override
  public Replay replay(Membership membership, Position lastSeen) {
    requireReader("replay");
    Room room = membership.room();
    return new LogReplay(
        this,
        GroupId.room(room),
        membership.entered(),
        lastSeen,
        (top, status) -> LogEvents.reset(room, top, status));
  }

  @Override
  public void resumed(boolean recovered) {
    manager.metrics().resumes.of(String.valueOf(recovered)).increment();
  }

  /** Counts in the metrics that the client was sent a reset. */
  void reset(LogPage.Status status) {
    manager.metrics().resets.of(LogEvents.reason(status)).increment();
  }

  @Override
  public Position position(Membership membership) {
    requireReader("position");
    return groupMember(membership).position();
  }

  @Override
  public History history(Room room, long before, int limit, int maxBytes) {
    return history(GroupId.room(room), before, limit, maxBytes);
  }

  History history(GroupId group, long before, int limit, int maxBytes) {
    if (isReader()) {
      reserve(maxBytes);
    }
    LogPage page = manager.backend().log().history(group, before, limit, maxBytes);
    return new History(page.top(), LogEvents.events(serializer, page), page.more());
  }

  LogPage read(GroupId group, Position from, int limit, int maxBytes) {
    reserve(maxBytes);
    return manager.backend().log().read(group, from, limit, maxBytes);
  }

  @Override
  public void reserve(int replyBytes) {
    requireReader("reserve");
    connection.reserve(replyBytes, (long) LogEvents.COPIES * replyBytes);
  }

  @Override
  public String text(Event event) {
    return serializer.write(event, manager.now());
  }

  @Override
  public List<Unread> unread(List<ReadMarks> logs) {
    return manager.backend().log().unread(user(), logs);
  }

  @Override
  public Directory directory() {
    return manager.backend().directory();
  }

  @Override
  public Presence presence() {
    return manager.backend().presence();
  }

  @Override
  public Accounts accounts() {
    return manager.backend().accounts();
  }

  @Override
  public Optional<Duration> take(String bucket, TokenBuckets.Rate rate) {
    return dispatcher.buckets.take(bucket, rate);
  }

  @Override
  public void after(Duration delay, Runnable task) {
    dispatcher.timers.after(delay, task);
  }

  @Override
  public void close(CloseCode code) {
    if (!code.isSendable()) {
      throw new IllegalArgumentException("this close code must not be sent: " + code.number());
    }
    connection.close(code);
  }
}
