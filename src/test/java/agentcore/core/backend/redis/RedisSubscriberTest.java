package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.backend.BackendException;
import agentcore.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a Redis that is deaf: it goes on telling news, and what it is asked is lost. */
class RedisSubscriberTest {
  private static final String PROBE = "probe";

  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean deaf;
  private ServerSocket listener;
  private RedisSubscriber subscriber;

  @BeforeEach
  void start() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("deaf-redis").start(this::accept);
    RedisAddress address = RedisAddress.of("redis://127.0.0.1:" + listener.getLocalPort());
    subscriber =
        new RedisSubscriber(
            address,
            new RedisTroubles(address),
            PROBE,
            new RedisSubscriber.News() {
              @Override
              public void told(String channel, String message) {}

              @Override
              public void onGap() {}
            },
            RedisTimes.DEFAULT.probeTimeout());
    subscriber.start();
  }

  @AfterEach
  void stop() throws IOException {
    subscriber.close();
    listener.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      while (true) {
        List<String> command = command(in);
        if (command.isEmpty()) {
          return;
        }
        if (command.getFirst().equals("HELLO")) {
          write(socket, "*2\r\n" + bulk("proto") + ":2\r\n");
        } else if (!command.getFirst().equals("SUBSCRIBE")) {
          write(socket, "+OK\r\n");
        } else if (!deaf) {
          for (String channel : command.subList(1, command.size())) {
            write(socket, "*3\r\n" + bulk("subscribe") + bulk(channel) + ":1\r\n");
          }
          Thread.ofVirtual().start(() -> tellNews(socket));
        }
      }
    } catch (IOException ended) {
      // the subscriber has cut it
    }
  }

  private static void tellNews(Socket socket) {
    Await.until(
        "the end",
        () -> {
          try {
            write(socket, "*3\r\n" + bulk("message") + bulk(PROBE) + bulk("1"));
            return false;
          } catch (UncheckedIOException ended) {
            return true;
          }
        });
  }

  private static List<String> command(BufferedReader in) throws IOException {
    List<String> words = new ArrayList<>();
    String head = in.readLine();
    for (int left = head == null ? 0 : Integer.parseInt(head.substring(1)); left > 0; left--) {
      String unused = in.readLine(); // the length of the word
      words.add(in.readLine());
    }
    return words;
  }

  private static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  private static synchronized void write(Socket socket, String text) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLinkThatTellsNewsButLosesRequestsIsCutAndMadeAnew() {
    Await.until("a subscription", () -> subscribes("first"));
    deaf = true;
    assertThrows(BackendException.class, () -> subscriber.subscribe("second"));
    deaf = false;
    Await.until("another connection", () -> connections.get() > 1);
    Await.until("a subscription", () -> subscribes("third"));
  }

  /** On a busy machine the confirmation may come too late. */
  private boolean subscribes(String channel) {
    try {
      subscriber.subscribe(channel);
      return true;
    } catch (BackendException late) {
      return false;
    }
  }
}
