package agentcore.cli.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * All connections of a run.
 *
 * <p>Invariant: everything happens on the thread that calls {@link #poll}.
 */
final class Swarm implements AutoCloseable {
  /** Below a millisecond a selector cannot wait, so this thread naps and looks again. */
  private static final long SELECTOR_NANOS = 1_000_000;

  private static final long NAP_NANOS = 50_000;

  private final Selector selector;
  private final Inbox inbox = new Inbox();
  private final List<Client> clients = new ArrayList<>();
  private Ear ear = (client, bytes, from, to, readNanos) -> {};

  Swarm() throws IOException {
    this.selector = Selector.open();
  }

  /** Says who hears what comes from now on. */
  void ear(Ear hears) {
    ear = hears;
  }

  /** Returns all connections, open or not, by number. */
  List<Client> clients() {
    return clients;
  }

  /** Returns why connections ended that nobody asked to. */
  List<String> ends() {
    return clients.stream()
        .filter(client -> client.state() == Client.State.CLOSED)
        .map(Client::end)
        .toList();
  }

  long reads() {
    return inbox.reads();
  }

  /**
   * Begins a connection, which then asks to become a WebSocket.
   *
   * @param source where it comes from; port 0 for any
   */
  void connect(InetSocketAddress to, InetSocketAddress source, String request) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    // Cut at the end instead of left in TIME_WAIT: else the next run finds the ports used up.
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    if (!source.getAddress().isAnyLocalAddress()) {
      channel.bind(source);
    }
    SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
    Client client = new Client(clients.size(), channel, key);
    key.attach(new Attached(client, request));
    clients.add(client);
    if (channel.connect(to)) {
      client.upgrade(request);
    }
  }

  private record Attached(Client client, String request) {}

  /** Handles what is there, and waits for it no longer than so many nanoseconds. */
  void poll(long nanos) throws IOException {
    if (nanos >= SELECTOR_NANOS) {
      selector.select(this::ready, nanos / SELECTOR_NANOS);
    } else if (selector.selectNow(this::ready) == 0 && nanos > 0) {
      LockSupport.parkNanos(Math.min(nanos, NAP_NANOS));
    }
  }

  private void ready(SelectionKey key) {
    Attached attached = (Attached) key.attachment();
    Client client = attached.client();
    if (key.isValid() && key.isConnectable()) {
      finishConnect(attached);
    }
    if (key.isValid() && key.isWritable()) {
      client.writeOn();
    }
    if (key.isValid() && key.isReadable()) {
      inbox.read(client, ear);
      ear.handled();
    }
  }

  private static void finishConnect(Attached attached) {
    try {
      if (attached.client().channel().finishConnect()) {
        attached.client().upgrade(attached.request());
      }
    } catch (IOException e) {
      attached.client().close("cannot connect: " + e.getMessage());
    }
  }

  /** Ends all connections at once. */
  @Override
  public void close() throws IOException {
    clients.forEach(client -> client.close("the run is over"));
    selector.close();
  }
}
