package agentcore.cli.bench;

import agentcore.cli.bench.socket.Client;
import agentcore.cli.bench.socket.ClientFrame;
import agentcore.cli.bench.socket.Swarm;
import agentcore.client.ChatEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends messages and counts what is delivered.
 *
 * <p>With a rate, message n is due n/rate seconds after the beginning, whatever the server does,
 * and its latency counts from then. Without a rate, each sender keeps a fixed number of messages in
 * flight and sends the next one when one comes back.
 */
final class Traffic implements Swarm.Listener {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final Options options;
  private final Swarm swarm;
  private final List<Sender> senders = new ArrayList<>();
  private final List<Receiver> receivers = new ArrayList<>();
  private final int[] readers;
  private final BitSet slow = new BitSet();
  private final BitSet refillable = new BitSet();
  private final ByteBuffer buffer;
  private final Tally tally = new Tally();
  private final long originNanos = System.nanoTime();
  private long firstDueNanos;

  /** The sender of the message that is due next. */
  private int next;

  private boolean sending;

  Traffic(Options options, Setup.Names names, Swarm swarm) {
    this.options = options;
    this.swarm = swarm;
    this.readers = new int[options.rooms()];
    byte[] mark = ChatText.mark(names.run());
    int[] sendersIn = new int[options.rooms()];
    for (int i = 0; i < options.senders(); i++) {
      int room = options.roomOf(i);
      ClientFrame frame = ChatText.frame(mark, i, names.room(room), options.textBytes());
      senders.add(new Sender(swarm.clients().get(i), room, sendersIn[room]++, frame));
    }
    slow.set(options.connections() - options.slow(), options.connections());
    for (int i = 0; i < options.connections(); i++) {
      int room = options.roomOf(i);
      receivers.add(new Receiver(room, mark, sendersIn[room]));
      readers[room] += slow.get(i) ? 0 : 1;
    }
    this.buffer = Sender.buffer(senders.isEmpty() ? 0 : senders.getFirst().frameBytes());
    swarm.listener(this);
  }

  Tally tally() {
    return tally;
  }

  /** Starts sending. */
  void begin() {
    sending = true;
    firstDueNanos = System.nanoTime();
    refillable.set(0, senders.size());
  }

  /** Starts the measurement: messages due from now on count, and the slow members stop reading. */
  void beginMeasuring() {
    slow.stream().forEach(i -> swarm.clients().get(i).stopReading());
    tally.measureFrom(micros(System.nanoTime()));
  }

  /** Stops sending and measuring. */
  void end() {
    sending = false;
    tally.measureUntil(micros(System.nanoTime()));
  }

  /** Sends and receives until this time of {@link System#nanoTime}. */
  void runUntil(long untilNanos) throws IOException {
    for (long now = System.nanoTime(); now < untilNanos; now = System.nanoTime()) {
      send();
      swarm.poll(Math.min(nanosUntilDue(), untilNanos - now));
    }
  }

  /** Waits until all messages in flight have arrived, or nothing more arrives. */
  void drain() throws IOException {
    long seen = -1;
    long quietSince = System.nanoTime();
    while (tally.lost() > 0 && System.nanoTime() - quietSince < QUIET_NANOS) {
      if (tally.delivered() != seen) {
        seen = tally.delivered();
        quietSince = System.nanoTime();
      }
      swarm.poll(POLL_NANOS);
    }
  }

  private boolean isPaced() {
    return options.ratePerSecond() > 0 && !senders.isEmpty();
  }

  private long nanosUntilDue() {
    return isPaced() ? Math.clamp(dueNanos() - System.nanoTime(), 0, POLL_NANOS) : POLL_NANOS;
  }

  private long dueNanos() {
    long number = (long) senders.get(next).scheduled() * senders.size() + next;
    return firstDueNanos + (long) (number * nanosBetween());
  }

  private double nanosBetween() {
    return 1e9 / options.ratePerSecond();
  }

  private void send() {
    if (isPaced()) {
      sendDue();
    } else {
      refill();
    }
  }

  private void sendDue() {
    int left = senders.size();
    while (left > 0 && sendNext()) {
      left--;
    }
  }

  /**
   * Sends what is due of the next sender, if anything is. If this generator is late, that may be
   * several messages, in one write: so it catches up.
   */
  private boolean sendNext() {
    long now = System.nanoTime();
    long due = dueNanos();
    if (due > now) {
      return false;
    }
    double stepNanos = senders.size() * nanosBetween();
    int messages = 1 + (int) ((now - due) / stepNanos);
    for (int i = 0; i < messages; i++) {
      tally.late(micros(now) - micros(due + (long) (i * stepNanos)));
    }
    send(senders.get(next), messages, micros(due), stepNanos / 1000);
    next = (next + 1) % senders.size();
    return true;
  }

  private void refill() {
    long now = micros(System.nanoTime());
    for (int i = refillable.nextSetBit(0); i >= 0; i = refillable.nextSetBit(i + 1)) {
      Sender sender = senders.get(i);
      send(sender, options.inFlight() - sender.inFlight(), now, 0);
    }
    refillable.clear();
  }

  private void send(Sender sender, int messages, long dueMicros, double stepMicros) {
    if (!sender.client().isOpen()) {
      sender.skip(messages);
    } else if (messages > 0) {
      sender.send(messages, dueMicros, stepMicros, buffer);
      tally.sent(messages, readers[sender.room()]);
    }
  }

  private long micros(long nanos) {
    return (nanos - originNanos) / 1000;
  }

  @Override
  public void readHandled() {
    if (sending && isPaced()) {
      sendNext(); // only one write, so that a late generator does not stop to read
    }
  }

  @Override
  public void text(Client client, byte[] bytes, int from, int to, long readNanos) {
    int number = client.number();
    int at = number < receivers.size() ? receivers.get(number).find(bytes, from, to) : -1;
    if (at < 0) {
      other(number, bytes, from, to);
    } else if (!slow.get(number)) {
      message(number, bytes, at, from, to, micros(readNanos));
    }
  }

  private void message(int client, byte[] bytes, int at, int from, int to, long readMicros) {
    Receiver receiver = receivers.get(client);
    int senderNumber = ChatText.sender(bytes, at);
    if (senderNumber < 0 || senderNumber >= senders.size()) {
      tally.foreign();
      return;
    }
    Sender sender = senders.get(senderNumber);
    if (sender.room() != receiver.room()) {
      tally.foreign();
      return;
    }
    Receiver.Verdict verdict = receiver.check(sender.indexInRoom(), bytes, at, from, to);
    tally.delivered(verdict, ChatText.dueMicros(bytes, at), readMicros);
    if (senderNumber == client && verdict != Receiver.Verdict.DUPLICATE) {
      returned(senderNumber);
    }
  }

  private void returned(int sender) {
    senders.get(sender).returned();
    if (sending && !isPaced()) {
      refillable.set(sender);
    }
  }

  /** Handles an event that is not a message of this run: only errors matter. */
  private void other(int client, byte[] bytes, int from, int to) {
    ChatEvent event = Swarm.parse(bytes, from, to);
    if (!event.type().equals("error")) {
      return;
    }
    boolean sends = client < senders.size(); // then the error refuses one of its messages
    tally.refused(event.text("error_code"), sends ? readers[senders.get(client).room()] : 0);
    if (sends) {
      returned(client);
    }
  }
}
