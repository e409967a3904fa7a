package agentcore.core.backend.redis;

import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.RedisUrl;
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
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A primary that only knows sharded pub/sub, and sends what a test tells it to. */
final class FakeRedis implements AutoCloseable {
  private final ServerSocket listener;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final Set<String> subscribed = ConcurrentHashMap.newKeySet();

  /** The requests after each login, such as {@code "SSUBSCRIBE a b"}. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** Whether requests are lost. */
  volatile boolean isDeaf;

  FakeRedis() {
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("fake-redis").start(this::accept);
  }

  Node node() {
    return RedisUrl.parse("redis://127.0.0.1:" + listener.getLocalPort()).nodes().getFirst();
  }

  /** Returns how many connections there have been. */
  int connections() {
    return connections.size();
  }

  boolean isSubscribed(String channel) {
    return subscribed.contains(channel);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        subscribed.clear();
        connections.add(socket);
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
      for (List<String> words = words(in); !words.isEmpty(); words = words(in)) {
        switch (words.getFirst()) {
          case "HELLO" -> write(socket, "*2\r\n" + bulk("proto") + ":2\r\n");
          case "SSUBSCRIBE", "SUNSUBSCRIBE" -> {
            if (!isDeaf) {
              handle(socket, words);
            }
          }
          default -> write(socket, "+OK\r\n");
        }
      }
    } catch (IOException | UncheckedIOException ended) {
      // the link has cut the connection
    }
  }

  private void handle(Socket socket, List<String> words) {
    List<String> channels = words.subList(1, words.size());
    if (words.getFirst().equals("SSUBSCRIBE")) {
      subscribed.addAll(channels);
    } else {
      channels.forEach(subscribed::remove);
    }
    requests.add(String.join(" ", words));
    String kind = words.getFirst().toLowerCase(Locale.ROOT);
    channels.forEach(channel -> write(socket, push(kind, channel)));
  }

  private static List<String> words(BufferedReader in) throws IOException {
    List<String> words = new ArrayList<>();
    String head = in.readLine();
    for (int left = head == null ? 0 : Integer.parseInt(head.substring(1)); left > 0; left--) {
      String unused = in.readLine(); // the length of the word
      words.add(in.readLine());
    }
    return words;
  }

  /** Sends messages on a channel at once. */
  void publish(String channel, String... messages) {
    send(
        Stream.of(messages)
            .map(text -> "*3\r\n" + bulk("smessage") + bulk(channel) + bulk(text))
            .collect(Collectors.joining()));
  }

  /** Confirms a subscription. */
  void confirm(String channel) {
    send(push("ssubscribe", channel));
  }

  /** Ends a subscription, as Redis does when the slot moves. */
  void take(String channel) {
    boolean unused = subscribed.remove(channel);
    send(push("sunsubscribe", channel));
  }

  /** Closes the latest connection. */
  void cut() {
    try {
      connections.getLast().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(String text) {
    write(connections.getLast(), text);
  }

  private static String push(String kind, String channel) {
    return "*3\r\n" + bulk(kind) + bulk(channel) + ":1\r\n";
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

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
