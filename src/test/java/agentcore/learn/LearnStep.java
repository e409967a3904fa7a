package agentcore.learn;

import agentcore.testkit.RawClient;
import agentcore.testkit.SharedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Locale;

/** A step of src/learn. */
enum LearnStep {
  ONE(250),
  TWO(330),
  THREE(440),
  FOUR(610),
  FIVE(640);

  private final int maxLines;

  LearnStep(int maxLines) {
    this.maxLines = maxLines;
  }

  /** Returns the name of its folder and package. */
  String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns how many lines of code and comments it may have. */
  int maxLines() {
    return maxLines;
  }

  /** Returns whether its rooms are logs, so that messages have positions. */
  boolean hasLog() {
    return compareTo(THREE) >= 0;
  }

  /** Returns whether its servers share a Redis. */
  boolean usesRedis() {
    return compareTo(FOUR) >= 0;
  }

  /** Runs the loop that accepts connections. */
  private interface Loop {
    void run(ServerSocket listener) throws IOException;
  }

  /** A running server. */
  record Server(ServerSocket listener, AutoCloseable backend) implements AutoCloseable {
    int port() {
      return listener.getLocalPort();
    }

    /** Connects a user, and reads the welcome. */
    RawClient connect(String user) {
      RawClient client = RawClient.connect(port(), RawClient.path(user));
      client.nextJson("welcome");
      return client;
    }

    @Override
    public void close() {
      try {
        listener.close();
        backend.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Starts a server that shares the room with this prefix, if the step can share rooms. */
  Server start(String prefix) {
    return start(usesRedis() ? SharedRedis.url() : "", prefix);
  }

  /** Starts a server that uses the Redis behind a URL. */
  Server start(String redisUrl, String prefix) {
    try {
      return switch (this) {
        case ONE -> run(new one.Chat()::accept, () -> {});
        case TWO -> run(new two.Chat()::accept, () -> {});
        case THREE -> run(new three.Chat()::accept, () -> {});
        case FOUR -> {
          var backend = four.RedisBackend.open(redisUrl, prefix);
          yield run(new four.Chat(backend)::accept, backend);
        }
        case FIVE -> {
          var backend = five.RedisBackend.open(redisUrl, prefix);
          yield run(new five.Chat(backend)::accept, backend);
        }
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private Server run(Loop loop, AutoCloseable backend) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual()
          .name("accept-" + folder())
          .start(
              () -> {
                try {
                  loop.run(listener);
                } catch (IOException closed) {
                  // the test has ended
                }
              });
      return new Server(listener, backend);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
