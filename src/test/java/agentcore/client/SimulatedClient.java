package agentcore.client;

import agentcore.client.connection.Loop;
import agentcore.client.connection.Transport;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * A client without a server and without waiting: the test sends frames to it, reads what it sends,
 * ends its connections, and lets time pass. For one thread.
 */
public final class SimulatedClient {
  private final SimulatedLoop loop = new SimulatedLoop();
  private final SimulatedTransport transport = new SimulatedTransport();
  private final ChatClient client;

  /** Creates a client, which is not connected yet. */
  public SimulatedClient(ChatClientBuilder options) {
    client = options.build(loop, transport, new SplittableRandom(1));
  }

  /** Returns the client. */
  public ChatClient client() {
    return client;
  }

  /** Returns the address of the last attempt. */
  public URI address() {
    return transport.address;
  }

  /** Returns the next frame that the client has sent, which is then taken. */
  public Optional<JsonObject> sent() {
    return Optional.ofNullable(transport.sent.poll());
  }

  /** Sends a frame to the client. */
  public void receive(String frame) {
    loop.enterTask(() -> transport.listener().onText(frame));
  }

  /** Lets the server end the connection. */
  public void end(int code, String reason) {
    transport.isOpen = false;
    loop.enterTask(() -> transport.listener().onClose(code, reason));
  }

  /** Lets the attempt to open a WebSocket fail. */
  public void fail(int code, String reason) {
    transport.isOpen = false;
    loop.enterTask(() -> transport.listener().onFailure(code, reason));
  }

  /** Lets time pass, with the timers that become due. */
  public void pass(Duration time) {
    long until = loop.nowNanos + time.toNanos();
    for (SimulatedLoop.Due next = loop.timers.peek();
        next != null && next.atNanos <= until;
        next = loop.timers.peek()) {
      loop.timers.remove(next);
      loop.nowNanos = next.atNanos;
      loop.enterTask(next.task);
    }
    loop.nowNanos = until;
  }

  private static final class SimulatedLoop extends Loop {
    private static final class Due {
      final long atNanos;
      final long number;
      final Runnable task;

      Due(long atNanos, long number, Runnable task) {
        this.atNanos = atNanos;
        this.number = number;
        this.task = task;
      }
    }

    private final PriorityQueue<Due> timers =
        new PriorityQueue<>(
            Comparator.comparingLong((Due due) -> due.atNanos)
                .thenComparingLong(due -> due.number));
    private long nowNanos;
    private long last;

    private int depth;

    void enterTask(Runnable task) {
      depth++;
      run(task);
      depth--;
    }

    @Override
    public void execute(Runnable task) {
      enterTask(() -> defer(task));
    }

    @Override
    public boolean isInside() {
      return depth > 0;
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      Due due = new Due(nowNanos + delay.toNanos(), last++, task);
      timers.add(due);
      return () -> timers.remove(due);
    }

    @Override
    public long nowNanos() {
      return nowNanos;
    }

    @Override
    public void report(Throwable defect) {
      throw new AssertionError(defect);
    }
  }

  private static final class SimulatedTransport implements Transport {
    private final Deque<JsonObject> sent = new ArrayDeque<>();
    private Optional<Listener> current = Optional.empty();
    private URI address = URI.create("");
    private boolean isOpen;

    Listener listener() {
      return current.orElseThrow();
    }

    @Override
    public Socket open(URI to, String token, Listener listener) {
      address = to;
      current = Optional.of(listener);
      isOpen = true;
      return new Socket() {
        @Override
        public boolean send(String text) {
          if (isOpen) {
            sent.add(JsonParser.parseString(text).getAsJsonObject());
          }
          return isOpen;
        }

        @Override
        public CompletableFuture<?> close(int code) {
          isOpen = false;
          return CompletableFuture.allOf();
        }
      };
    }
  }
}
