package agentcore.cli.bench.socket;

import agentcore.client.ChatEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * All connections of a run.
 *
 * <p>Invariant: everything happens on the thread that calls {@link #poll}.
 */
public final class Swarm implements AutoCloseable {
  /** Receives the events of the connections, on the thread that calls {@link #poll}. */
  public interface Listener {
    /**
     * A text arrived: the payload is {@code bytes[from..to)} and valid only during the call.
     *
     * @param readNanos when it was read, from {@link System#nanoTime}
     */
    void text(Client client, byte[] bytes, int from, int to, long readNanos);

    /** All bytes of one read were handled. */
    default void readHandled() {}
  }

  /** A selector cannot wait for less than this; below it the thread sleeps and polls again. */
  private static final long SELECTOR_NANOS = 1_000_000;

  private static final long SLEEP_NANOS = 50_000;

  private final Selector selector;
  private final FrameReader reader = new FrameReader();
  private final List<Client> clients = new ArrayList<>();
  private Listener listener = (client, bytes, from, to, readNanos) -> {};

  /**
   * Creates a swarm without connections.
   *
   * @throws IOException if the system has no file left
   */
  public Swarm() throws IOException {
    this.selector = Selector.open();
  }

  /** Replaces the listener. */
  public void listener(Listener next) {
    listener = next;
  }

  /** Returns all connections, open or not, by number. */
  public List<Client> clients() {
    return clients;
  }

  /** Returns why connections were closed during the run, one reason for each. */
  public List<String> closeReasons() {
    return clients.stream()
        .filter(client -> client.state() == Client.State.CLOSED)
        .map(Client::closeReason)
        .toList();
  }

  /** Returns the number of reads so far. */
  public long reads() {
    return reader.reads();
  }

  /**
   * Starts to connect; the client sends the upgrade request as soon as it is connected.
   *
   * @param source local address; port 0 for any
   */
  public void connect(
      InetSocketAddress to, InetSocketAddress source, SocketLayer layer, String request)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    // Reset on close: connections in TIME_WAIT would use up the ports of the next run.
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    if (!source.getAddress().isAnyLocalAddress()) {
      channel.bind(source);
    }
    SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
    Client client = new Client(clients.size(), channel, key, layer, request);
    key.attach(client);
    clients.add(client);
    if (channel.connect(to)) {
      client.finishConnect();
    }
  }

  /** Handles what the sockets are ready for, and waits at most this long if there is nothing. */
  public void poll(long nanos) throws IOException {
    if (nanos >= SELECTOR_NANOS) {
      selector.select(this::ready, nanos / SELECTOR_NANOS);
    } else if (selector.selectNow(this::ready) == 0 && nanos > 0) {
      LockSupport.parkNanos(Math.min(nanos, SLEEP_NANOS));
    }
  }

  private void ready(SelectionKey key) {
    Client client = (Client) key.attachment();
    if (key.isValid() && key.isConnectable()) {
      client.finishConnect();
    }
    if (key.isValid() && key.isWritable()) {
      client.writePending();
    }
    if (key.isValid() && key.isReadable()) {
      reader.read(client, listener);
      listener.readHandled();
    }
  }

  /** Parses a text; one that is not a JSON object gives an event without fields. */
  public static ChatEvent parse(byte[] bytes, int from, int to) {
    return ChatEvent.parse(new String(bytes, from, to - from, StandardCharsets.UTF_8))
        .orElse(ChatEvent.EMPTY);
  }

  /** Closes all connections at once. */
  @Override
  public void close() throws IOException {
    clients.forEach(client -> client.close("the run is over"));
    selector.close();
  }
}
