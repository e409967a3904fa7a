package agentcore.core.backend.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that keeps sending messages while the requests sent to it are lost. */
class PubSubLinkTest {
  private static final String PROBE = "probe";

  private final AtomicInteger connections = new AtomicInteger();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private volatile Socket last = new Socket();
  private volatile boolean deaf;
  private ServerSocket listener;
  private PubSubLink link;

  @BeforeEach
  void start() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("deaf-redis").start(this::accept);
    Node node = RedisUrl.parse("redis://127.0.0.1:" + listener.getLocalPort()).nodes().getFirst();
    link =
        new PubSubLink(
            node,
            new Health(node.server()),
            PROBE,
            Duration.ofSeconds(3),
            new Listener(),
            () -> {});
    link.start();
  }

  @AfterEach
  void stop() throws IOException {
    link.close();
    listener.close();
  }

  private final class Listener implements MessageListener {
    @Override
    public void received(String channel, String message) {
      events.add(message);
    }

    @Override
    public void flush(String channel) {
      events.add("flush of " + channel);
    }

    @Override
    public void missed(String channel) {}
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        last = socket;
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
        } else if (!command.getFirst().equals("SSUBSCRIBE")) {
          write(socket, "+OK\r\n");
        } else if (!deaf) {
          for (String channel : command.subList(1, command.size())) {
            write(socket, "*3\r\n" + bulk("ssubscribe") + bulk(channel) + ":1\r\n");
          }
          Thread.ofVirtual().start(() -> sendMessages(socket));
        }
      }
    } catch (IOException ended) {
      // the link has cut the connection
    }
  }

  private static void sendMessages(Socket socket) {
    Await.until(
        "the end",
        () -> {
          try {
            write(socket, "*3\r\n" + bulk("smessage") + bulk(PROBE) + bulk("1"));
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
  void replacesConnectionThatReceivesMessagesButLosesRequests() {
    Await.until("a subscription", () -> subscribes("first"));
    deaf = true;
    assertThrows(BackendException.class, () -> link.await(link.subscribe("second")));
    deaf = false;
    Await.until("another connection", () -> connections.get() > 1);
    Await.until("a subscription", () -> subscribes("third"));
  }

  @Test
  void messagesThatArriveTogetherAreFlushedTogether() {
    Await.until("a subscription", () -> subscribes("lobby"));
    String messages =
        Stream.of("one", "two", "three")
            .map(text -> "*3\r\n" + bulk("smessage") + bulk("lobby") + bulk(text))
            .collect(Collectors.joining());
    write(last, messages);
    Await.until("the flush", () -> events.contains("flush of lobby"));
    assertEquals(List.of("one", "two", "three", "flush of lobby"), events);
    write(last, "*3\r\n" + bulk("smessage") + bulk("lobby") + bulk("four"));
    Await.until("another flush", () -> events.size() == 6);
    assertEquals(List.of("four", "flush of lobby"), events.subList(4, 6));
  }

  /** Returns whether the confirmation came in time, which it may not on a busy machine. */
  private boolean subscribes(String channel) {
    try {
      link.await(link.subscribe(channel));
      return true;
    } catch (BackendException late) {
      return false;
    }
  }
}
