package agentcore.learn;

import agentcore.testkit.RawClient;
import agentcore.testkit.SharedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;

/** A step of src/learn. */
enum LearnStep {
  ONE(150, 180),
  TWO(220, 225),
  THREE(320, 320),
  FOUR(420, 470),
  FIVE(600, 600);

  private final int maxLinesOfCode;
  private final int maxLines;

  LearnStep(int maxLinesOfCode, int maxLines) {
    this.maxLinesOfCode = maxLinesOfCode;
    this.maxLines = maxLines;
  }

  /** Returns the name of its folder and package. */
  String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns how many lines of code it may have: no blank lines, imports or comments. */
  int maxLinesOfCode() {
    return maxLinesOfCode;
  }

  /** Returns how many lines of code and comments it may have: no blank lines or imports. */
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

  /** The chat of a step. */
  private interface Chat {
    /** Serves a connection until it ends. */
    void serve(Socket socket);
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
    return switch (this) {
      case ONE -> run(new one.Chat()::serve, () -> {});
      case TWO -> run(new two.Chat()::serve, () -> {});
      case THREE -> run(new three.Chat()::serve, () -> {});
      case FOUR -> {
        var backend = four.RedisBackend.open(redisUrl, prefix);
        yield run(new four.Chat(backend)::serve, backend);
      }
      case FIVE -> {
        var backend = five.RedisBackend.open(redisUrl, prefix);
        yield run(new five.Chat(backend)::serve, backend);
      }
    };
  }

  private Server run(Chat chat, AutoCloseable backend) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual()
          .name("accept-" + folder())
          .start(
              () -> {
                try {
                  while (true) {
                    Socket socket = listener.accept();
                    Thread.ofVirtual().name("reader").start(() -> chat.serve(socket));
                  }
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
