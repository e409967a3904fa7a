package agentcore.core.transport;

import agentcore.core.connection.ByteBudget;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionManager;
import agentcore.core.dispatch.ConnectionSession;
import agentcore.core.dispatch.Dispatcher;
import agentcore.core.message.CloseCode;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One accepted socket, from its first byte to its last, on one virtual thread.
 *
 * <pre>
 *   read head --(no upgrade)--> answer as HTTP ---------------------------+
 *       |                                                                 |
 *   gate --(foreign page, too many of an address)--> answer as HTTP ------+
 *       |                                                                 |
 *   upgrade --> token, admitted? --> read loop: frame -> engine -> ...    |
 *                  |              |                                       |
 *                  +--(refused)---+--> discard until the peer ends, or 1 s +--> close
 * </pre>
 *
 * <p>Invariant: this thread alone reads from the socket, and handles what it reads in line: a
 * client that sends faster than it is served is slowed by TCP itself.
 */
final class Peer implements Runnable {
  /** So much is read and thrown away after the end, so that the peer can read why. */
  private static final int MAX_DISCARDED_BYTES = 2 * 1024 * 1024;

  /**
   * What the kernel may hold of what was written to a peer, about. By itself it grows to several MB
   * for each, which no budget counts, and in which nobody sees whether a slow peer still reads.
   */
  private static final int SEND_BUFFER_BYTES = 256 * 1024;

  /** After so many frames other threads may run: a buffer holds thousands of small ones. */
  private static final int FRAMES_PER_TURN = 256;

  /** A large message is in a buffer of up to twice its size, then a text, then fields. */
  private static final long COPIES = 4;

  private static final Logger LOG = System.getLogger(Peer.class.getName());
  private static final LimitedLog DEFECTS = new LimitedLog(LOG, "connections that failed");

  /** What was accepted; closing it ends everything at once, whatever TLS is still writing. */
  private final Socket raw;

  private final Listener listener;
  private final ReadBuffer buffer = new ReadBuffer();
  private final FrameScanner scanner;
  private Socket socket;
  private long chargedBytes;

  private record Receiver(Dispatcher dispatcher, ConnectionSession session)
      implements Engine.TextReceiver {
    @Override
    public void text(String text) {
      dispatcher.receive(session, text);
    }

    @Override
    public void settle() {
      dispatcher.settle(session);
    }
  }

  Peer(Socket raw, Listener listener) {
    this.raw = raw;
    this.socket = raw;
    this.listener = listener;
    this.scanner = new FrameScanner(listener.limits().maxMessageBytes());
  }

  @Override
  public void run() {
    try {
      serve();
    } catch (IOException gone) {
      LOG.log(Level.TRACE, "a peer is gone: {0}", gone.getMessage());
    } catch (Throwable defect) {
      DEFECTS.error("a connection failed", defect);
    } finally {
      budget().give(chargedBytes);
      listener.ended(this);
      cut();
    }
  }

  private void serve() throws IOException {
    raw.setTcpNoDelay(true);
    raw.setSendBufferSize(SEND_BUFFER_BYTES);
    if (listener.tls().isPresent()) {
      socket = listener.tls().get().accept(raw, listener.limits().handshakeTimeout(), this::cut);
    }
    boolean withBody = true;
    try {
      HeadReader.Head head = HeadReader.read(socket, listener.limits().handshakeTimeout());
      if (head.head().length == 0) {
        return;
      }
      withBody = !startsWith(head.head(), "HEAD ");
      HttpRequest request = HttpRequest.parse(head.head());
      Optional<Endpoint> endpoint = listener.endpoint(request);
      if (endpoint.isPresent()) {
        webSocket(request, endpoint.get(), head);
      } else {
        answer(listener.answer(request), withBody);
      }
    } catch (HttpException refusal) {
      answer(refusal.response(), withBody);
    }
  }

  private static boolean startsWith(byte[] head, String method) {
    int length = Math.min(head.length, method.length());
    return new String(head, 0, length, StandardCharsets.ISO_8859_1).equals(method);
  }

  private void webSocket(HttpRequest request, Endpoint endpoint, HeadReader.Head head)
      throws IOException, HttpException {
    Handshake.check(request);
    String user = Handshake.user(request.path().substring(endpoint.pathPrefix().length()));
    if (listener.isDraining()) {
      throw new HttpException(503, "The server is stopping");
    }
    listener.gate().checkOrigin(request);
    InetAddress address = listener.gate().enter(request, socket.getInetAddress());
    try {
      listener.upgraded(this); // from here on it is closed with a code
      buffer.put(head.rest());
      upgrade(request, user, address, endpoint.dispatcher());
    } finally {
      listener.gate().leave(address);
    }
  }

  private void upgrade(HttpRequest request, String user, InetAddress address, Dispatcher dispatcher)
      throws IOException {
    Engine engine = new Engine(socket, this::cut, listener.limits().maxMessageBytes());
    if (!engine.upgrade(Handshake.forEngine(request))) {
      return;
    }
    socket.setSoTimeout(0);
    ConnectionManager manager = listener.manager();
    Connection connection = manager.newConnection(user, engine);
    Thread.currentThread().setName("reader-" + connection);
    engine.attach(connection);
    long openedNanos = System.nanoTime();
    boolean identified = false;
    Optional<ConnectionSession> session = Optional.empty();
    try {
      identified = identify(connection, request, address);
      if (identified) {
        session = dispatcher.open(connection, Credentials.otherParameters(request));
      }
      session.ifPresent(s -> engine.receiver(new Receiver(dispatcher, s)));
      if (listener.isDraining()) {
        connection.closeWhenDone(listener.endCode()); // it came too late to be told with the others
      }
      readLoop(engine, connection);
    } finally {
      try {
        session.ifPresent(dispatcher::close);
      } finally {
        int code = end(engine, connection);
        if (identified) {
          Duration duration = Duration.ofNanos(System.nanoTime() - openedNanos);
          listener.connectionLog().closed(connection, address, code, duration);
        }
      }
    }
  }

  /** Returns whether the connection may be its user's; where not, it is closing. */
  private boolean identify(Connection connection, HttpRequest request, InetAddress address) {
    try {
      connection.expireAt(listener.gate().identify(request, connection.user()));
      listener.connectionLog().opened(connection, address);
      return true;
    } catch (Gate.Refusal refusal) {
      listener.connectionLog().refused(connection, address, refusal);
      connection.close(refusal.code(), refusal.reason());
      return false;
    }
  }

  /** Reads until the stream ends; after the close frame only to throw away. */
  private void readLoop(Engine engine, Connection connection) throws IOException {
    InputStream in = socket.getInputStream();
    long discarded = 0;
    do {
      if (engine.isOpen()) {
        connection.heard();
        handleFrames(engine);
        if (buffer.isFilled()) {
          letOthersRun();
        }
      }
      if (!engine.isOpen()) {
        discarded += buffer.end() - buffer.start();
        buffer.clear();
      }
    } while (discarded < MAX_DISCARDED_BYTES && read(in, engine) >= 0);
  }

  /** Virtual threads are not preempted, so a reader that always has more to do must yield. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void letOthersRun() {
    Thread.yield();
  }

  private int read(InputStream in, Engine engine) throws IOException {
    try {
      return buffer.read(in);
    } catch (IOException cut) {
      if (engine.isOpen()) {
        throw cut;
      }
      return -1; // we ended it ourselves, and the peer took its time
    }
  }

  private void handleFrames(Engine engine) {
    try {
      int length = nextFrame();
      for (int frames = 1; length > 0 && engine.isOpen(); frames++) {
        int at = buffer.start();
        buffer.skip(length);
        engine.feed(buffer.bytes(), at, length, scanner.isWholeMessage());
        if (frames % FRAMES_PER_TURN == 0) {
          letOthersRun();
        }
        length = nextFrame();
      }
      engine.settle();
      charge(engine);
    } catch (FrameScanner.Violation violation) {
      engine.settle();
      engine.close(violation.code(), violation.reason());
    }
  }

  private int nextFrame() throws FrameScanner.Violation {
    return scanner.next(buffer.bytes(), buffer.start(), buffer.end());
  }

  /** Charges what an unfinished message takes to the budget that all peers share. */
  private void charge(Engine engine) {
    int waiting = buffer.end() - buffer.start();
    long due = scanner.unfinishedCost() + (waiting > ReadBuffer.SMALL_BYTES ? waiting * COPIES : 0);
    if (due <= chargedBytes) {
      budget().give(chargedBytes - due);
      chargedBytes = due;
    } else if (budget().tryTake(due - chargedBytes)) {
      chargedBytes = due;
    } else {
      engine.close(CloseCode.TRY_AGAIN_LATER, "too many unfinished messages");
    }
  }

  /** Lets the peer have its last frames, for a while; returns the close code. */
  private int end(Engine engine, Connection connection) {
    int code = engine.streamEnded();
    engine.awaitWritten();
    engine.ended();
    connection.dispose();
    listener.manager().closed(code);
    return code;
  }

  private void answer(HttpResponse response, boolean withBody) throws IOException {
    byte[] body = withBody ? response.body() : new byte[0];
    new HttpWrite(listener.manager().sendBudget(), listener.limits().writeTimeout(), this::cut)
        .write(socket.getOutputStream(), response.head(), body);
    socket.shutdownOutput();
    long deadlineNanos = System.nanoTime() + Engine.CLOSE_TIMEOUT.toNanos();
    byte[] trash = new byte[4096];
    long leftMillis = Engine.CLOSE_TIMEOUT.toMillis();
    while (leftMillis > 0) {
      socket.setSoTimeout((int) leftMillis);
      if (socket.getInputStream().read(trash) < 0) {
        return;
      }
      leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
    }
  }

  private ByteBudget budget() {
    return listener.receiveBudget();
  }

  /** Ends it at once, from any thread. */
  void cut() {
    try {
      raw.close();
    } catch (IOException e) {
      LOG.log(Level.TRACE, "closing failed: {0}", e.getMessage());
    }
  }
}
