package agentcore.core.backend;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A backend made of its parts, to which it hands everything on. */
abstract class PartsBackend implements Backend {
  abstract Log log();

  abstract Presence presence();

  abstract Directory directory();

  abstract Tokens tokens();

  @Override
  public Position open(GroupId group, Position known) {
    return log().open(group, known);
  }

  @Override
  public Receipt publish(
      GroupId group, Position known, String id, String text, Optional<Once> once) {
    return log().publish(group, known, id, text, once);
  }

  @Override
  public Supplier<Receipt> submit(
      GroupId group, Position known, String id, String text, Optional<Once> once) {
    return log().submit(group, known, id, text, once);
  }

  @Override
  public Slice read(GroupId group, Position from, int limit, int maxBytes) {
    return log().read(group, from, limit, maxBytes);
  }

  @Override
  public Slice history(GroupId group, long before, int limit, int maxBytes) {
    return log().history(group, before, limit, maxBytes);
  }

  @Override
  public void subscribe(GroupId group, Receiver receiver) {
    log().subscribe(group, receiver);
  }

  @Override
  public void unsubscribe(GroupId group, Receiver receiver) {
    log().unsubscribe(group, receiver);
  }

  @Override
  public Joined join(GroupId group, Member member, int capacity, Optional<Signal> announcement) {
    return presence().join(group, member, capacity, announcement);
  }

  @Override
  public boolean leave(GroupId group, String channel, Optional<Signal> announcement) {
    return presence().leave(group, channel, announcement);
  }

  @Override
  public List<Member> members(GroupId group, int limit) {
    return presence().members(group, limit);
  }

  @Override
  public List<Integer> counts(List<GroupId> groups) {
    return presence().counts(groups);
  }

  @Override
  public void signal(GroupId group, Signal signal) {
    presence().signal(group, signal);
  }

  @Override
  public Optional<Instant> lastSeen(String user) {
    return presence().lastSeen(user);
  }

  @Override
  public Grant takeTokens(String user, int tokens, Rate rate) {
    return tokens().takeTokens(user, tokens, rate);
  }

  @Override
  public Created create(Room room) {
    return directory().create(room);
  }

  @Override
  public Optional<Room> find(String name) {
    return directory().find(name);
  }

  @Override
  public List<Room> list() {
    return directory().list();
  }

  @Override
  public boolean remove(Room room) {
    return directory().remove(room);
  }

  @Override
  public boolean invite(Room room, String user) {
    return directory().invite(room, user);
  }

  @Override
  public void uninvite(Room room, String user) {
    directory().uninvite(room, user);
  }

  @Override
  public boolean isInvited(Room room, String user) {
    return directory().isInvited(room, user);
  }
}
