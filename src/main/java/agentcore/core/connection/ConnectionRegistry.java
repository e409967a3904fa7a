package agentcore.core.connection;

import agentcore.core.message.CloseCode;
import agentcore.core.metrics.Counters;
import agentcore.core.metrics.Metrics;
import agentcore.core.socket.PeerSocket;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentHashMap;

/** Creates this server's connections, and finds those that are admitted. Safe for all threads. */
public final class ConnectionRegistry {
  private static final int RANDOM_BYTES = 9;

  private final ConcurrentHashMap<String, Connection> byChannel = new ConcurrentHashMap<>();
  private final Collection<Connection> all = Collections.unmodifiableCollection(byChannel.values());
  private final ConnectionLimits limits;
  private final Metrics metrics;
  private final SendBudget sendBudget;
  private final Flusher flusher = new Flusher(Flusher.PAUSE);
  private final SecureRandom random = new SecureRandom();

  /** Creates a registry without connections. */
  public ConnectionRegistry(ConnectionLimits limits, Metrics metrics) {
    this.limits = limits;
    this.metrics = metrics;
    this.sendBudget = new SendBudget(limits.sendQueueTotalBytes(), all);
    CloseCode.library().forEach(code -> metrics.closes.of(String.valueOf(code.number())));
    metrics.closes.of(Counters.OTHER);
    metrics.gauge("connections", "Open connections.", this::size);
    metrics.gauge(
        "send_queue_bytes",
        "Bytes that wait to be sent or are being written, but for 4 KiB of each connection.",
        sendBudget::taken);
    metrics.gauge(
        "send_queue_limit_bytes",
        "Bytes that may wait to be sent, for all connections together.",
        limits::sendQueueTotalBytes);
  }

  /**
   * Creates a connection under a new channel name. It is not registered yet. Its end is reported to
   * {@link #closed}.
   */
  public Connection create(String user, PeerSocket socket) {
    metrics.connects.increment();
    byte[] unique = new byte[RANDOM_BYTES];
    random.nextBytes(unique);
    String channel = user + '/' + Base64.getUrlEncoder().withoutPadding().encodeToString(unique);
    return new Connection(
        user,
        channel,
        socket,
        new Outbox(socket, flusher, limits.sendQueueBytes(), sendBudget, System::nanoTime),
        sendBudget,
        metrics.slowConsumers,
        System::nanoTime);
  }

  /** Counts the end of a created connection. A code that a client made up is counted as other. */
  public void closed(int code) {
    metrics.closes.ofKnown(String.valueOf(code)).increment();
  }

  /** Registers an admitted connection. */
  public void add(Connection connection) {
    byChannel.put(connection.channel(), connection);
  }

  /** Removes a connection; returns whether it was registered. */
  public boolean remove(Connection connection) {
    return byChannel.remove(connection.channel(), connection);
  }

  /** Returns a live view of the registered connections. */
  public Collection<Connection> all() {
    return all;
  }

  /** Returns the number of registered connections. */
  public int size() {
    return byChannel.size();
  }

  /** Returns what writes to the connections. */
  public Flusher flusher() {
    return flusher;
  }

  /** Returns the memory that all outgoing data shares. */
  public SendBudget sendBudget() {
    return sendBudget;
  }
}
