package agentcore.core.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * WebSockets that are open from one address, bounded in number. Of an IPv6 address the first 64
 * bits count: the others are whatever its owner likes (RFC 4291 section 2.5.1).
 */
final class AddressLimit {
  private static final int IPV6_NETWORK_BYTES = 8;

  private final ReentrantLock lock = new ReentrantLock();
  private final int max;
  private final Map<ByteBuffer, Integer> open = new HashMap<>();

  /** Makes one of at most {@code max} for each address; 0 for no limit. */
  AddressLimit(int max) {
    this.max = max;
  }

  /** Takes a place, if there is one; {@link #leave} gives it back. */
  boolean enter(InetAddress address) {
    if (max == 0) {
      return true;
    }
    lock.lock();
    try {
      int now = open.getOrDefault(key(address), 0);
      if (now >= max) {
        return false;
      }
      open.put(key(address), now + 1);
      return true;
    } finally {
      lock.unlock();
    }
  }

  void leave(InetAddress address) {
    lock.lock();
    try {
      open.computeIfPresent(key(address), (key, now) -> now == 1 ? null : now - 1);
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many addresses have a place. */
  int size() {
    lock.lock();
    try {
      return open.size();
    } finally {
      lock.unlock();
    }
  }

  private static ByteBuffer key(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean ipv6 = address instanceof Inet6Address;
    return ByteBuffer.wrap(bytes, 0, ipv6 ? IPV6_NETWORK_BYTES : bytes.length);
  }
}
