package agentcore.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports of 127.0.0.1 for programs that must know theirs before they listen, or listen on the same
 * one again.
 *
 * <p>They lie below the range from which systems take the ports of outgoing connections, so that
 * nothing takes one between the look and the use, and a client that dials a port at which nobody
 * listens never meets itself. Each JVM begins at a random place and goes on from there.
 */
public final class FreePort {
  private static final int FIRST = 12_000;
  private static final int COUNT = 20_000;

  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePort() {}

  /** Returns a port at which nobody listens, another one each time. */
  public static int next() {
    for (int tried = 0; tried < COUNT; tried++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new AssertionError("no port is free from " + FIRST + " on");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException used) {
      return false;
    }
  }
}
