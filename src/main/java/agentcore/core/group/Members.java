package agentcore.core.group;

import agentcore.core.backend.Notice;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Frame;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Consumer;
import agentcore.core.message.CloseCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * The members of a group that are connected to this server, and the broadcast to them. Every method
 * is called under the group's lock.
 *
 * <p>The frames of entries are gathered and offered together, so that a member costs one outbox
 * lock and one write for all of them. Offering never blocks.
 */
final class Members {
  private static final int MAX_GATHERED_BYTES = 16 * 1024;
  private static final Logger LOG = System.getLogger(Members.class.getName());

  private final LongAdder delivered;
  private final List<GroupMembership> members = new ArrayList<>(2);

  /** Memberships that the store does not know yet; an eviction must find these too. */
  private final Set<GroupMembership> entering = new HashSet<>(2);

  /** Frames that are about to be offered; empty while the group's lock is free. */
  private final List<byte[]> gathered = new ArrayList<>(0);

  private int gatheredBytes;

  Members(LongAdder delivered) {
    this.delivered = delivered;
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  void expect(GroupMembership membership) {
    entering.add(membership);
  }

  /** Adds an expected membership; returns false if it was evicted before. */
  boolean add(GroupMembership membership) {
    return entering.remove(membership) && members.add(membership);
  }

  /** Removes a membership, even an expected one; returns whether it was a member. */
  boolean remove(GroupMembership membership) {
    entering.remove(membership);
    int at = members.indexOf(membership);
    if (at < 0) {
      return false;
    }
    GroupMembership last = members.removeLast();
    if (at < members.size()) {
      members.set(at, last);
    }
    return true;
  }

  List<Connection> connections() {
    return members.stream().map(GroupMembership::connection).toList();
  }

  /** Removes the expected membership, or finds the member, that an eviction names. */
  Optional<GroupMembership> evicted(Notice eviction) {
    entering.removeIf(membership -> isTarget(membership, eviction));
    return members.stream().filter(membership -> isTarget(membership, eviction)).findFirst();
  }

  private static boolean isTarget(GroupMembership membership, Notice eviction) {
    return membership.member().channel().equals(eviction.target())
        && membership.member().join().equals(eviction.join());
  }

  /** Adds an entry's frame to those that {@link #offerGathered} offers. */
  void gather(byte[] frame) {
    if (gatheredBytes + frame.length > MAX_GATHERED_BYTES) {
      offerGathered();
    }
    gathered.add(frame);
    gatheredBytes += frame.length;
  }

  void offerGathered() {
    if (!gathered.isEmpty()) {
      delivered.add((long) members.size() * gathered.size());
      joinGathered();
      for (byte[] frames : gathered) {
        offer(frames);
      }
      gathered.clear();
      gatheredBytes = 0;
    }
  }

  /** The position has passed these frames already, so they are offered even if joining fails. */
  private void joinGathered() {
    try {
      byte[] joined = Frame.join(gathered);
      gathered.clear();
      gathered.add(joined);
    } catch (OutOfMemoryError error) {
      LOG.log(Level.DEBUG, "no memory to join frames: each is offered by itself");
    }
  }

  /** Offers a frame to all members; does not count it. */
  void offer(byte[] frame) {
    for (GroupMembership member : members) {
      member.connection().offer(frame);
    }
  }

  void offer(Notice notice) {
    offer(notice.text(), member -> isMeantFor(member.connection().channel(), notice));
  }

  static boolean isMeantFor(String channel, Notice notice) {
    return switch (notice.kind()) {
      case PRESENCE, EVERYONE, EVICT -> !channel.equals(notice.except());
      case CLOSE -> false; // it is no event
    };
  }

  void offer(Consumer endpoint, String text) {
    offer(text, member -> member.owner().consumer().equals(endpoint));
  }

  private void offer(String text, Predicate<GroupMembership> isRecipient) {
    byte[] frame = Frame.text(text);
    int recipients = 0;
    for (GroupMembership member : members) {
      if (isRecipient.test(member)) {
        member.connection().offer(frame);
        recipients++;
      }
    }
    delivered.add(recipients);
  }

  List<Consumer> endpoints() {
    return members.stream().map(member -> member.owner().consumer()).distinct().toList();
  }

  /** Closes all members on another thread: closing takes other locks. */
  void closeAll(CloseCode code) {
    List<Connection> all = connections();
    Thread.ofVirtual()
        .name("closer-group")
        .start(() -> all.forEach(c -> Safely.run("closing a member", () -> c.close(code))));
  }
}
