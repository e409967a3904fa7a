package agentcore.cli.bench;

import agentcore.cli.bench.socket.Client;
import agentcore.cli.bench.socket.ClientFrame;
import agentcore.cli.bench.socket.Swarm;
import agentcore.client.ChatEvent;
import agentcore.core.auth.JsonWebTokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Connects all clients and puts the members into their rooms. Each step waits for the server's
 * reply to every request, {@code welcome} or {@code room_joined}, so that every member is in its
 * room before the first message is sent.
 */
final class Setup implements Swarm.Listener {
  private static final int MAX_PENDING_REQUESTS = 256;
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Options options;
  private final Names names;
  private final Swarm swarm;
  private final BitSet replied = new BitSet();
  private String awaited = "";
  private String refusal = "";

  /** The names of a run's users and rooms, which no other run uses. */
  record Names(String run) {
    String user(int number) {
      return String.format(Locale.ROOT, "%s%06d", run, number);
    }

    String room(int number) {
      return run + '-' + number;
    }
  }

  private interface Request {
    void send(int client) throws IOException;
  }

  Setup(Options options, Names names, Swarm swarm) {
    this.options = options;
    this.names = names;
    this.swarm = swarm;
  }

  /** Connects all clients; returns when the server has welcomed each of them. */
  void connect() throws IOException {
    List<InetSocketAddress> sources =
        options.sources().isEmpty() ? List.of(new InetSocketAddress(0)) : options.sources();
    InetSocketAddress[] servers = new InetSocketAddress[options.targets().size()];
    for (int i = 0; i < servers.length; i++) {
      servers[i] = options.targets().get(i).address();
    }
    swarm.listener(this);
    each(
        "welcome",
        0,
        options.connections() + options.idle(),
        i -> {
          String user = names.user(i);
          Target target = options.targets().get(i % servers.length);
          InetSocketAddress source = sources.get(i % sources.size());
          swarm.connect(
              servers[i % servers.length],
              source,
              target.layer(),
              target.request(user, authorization(user)));
        });
  }

  /** Returns the header with a token that outlasts the run, or nothing if none is needed. */
  private String authorization(String user) {
    Duration ttl = options.warmUp().plus(options.measured()).plusHours(1);
    return options
        .keys()
        .map(keys -> new JsonWebTokens(keys, Clock.systemUTC()).sign(user, ttl))
        .map(token -> "Authorization: Bearer " + token + "\r\n")
        .orElse("");
  }

  /** Puts all members into their rooms; returns when the server has confirmed each of them. */
  void enterRooms() throws IOException {
    int creators = Math.min(options.rooms(), options.connections());
    each("room_joined", 0, creators, i -> ask(i, "create_room", "room_name"));
    each("room_joined", creators, options.connections(), i -> ask(i, "join_room", "room"));
  }

  private void ask(int client, String type, String field) {
    String room = names.room(options.roomOf(client));
    swarm
        .clients()
        .get(client)
        .write(
            ClientFrame.text(
                String.format(
                    Locale.ROOT, "{\"type\":\"%s\",\"data\":{\"%s\":\"%s\"}}", type, field, room)));
  }

  private void each(String reply, int from, int to, Request request) throws IOException {
    awaited = reply;
    replied.clear();
    int next = from;
    int done = 0;
    long progressNanos = System.nanoTime();
    while (done < to - from) {
      for (; next < to && next - from - done < MAX_PENDING_REQUESTS; next++) {
        request.send(next);
      }
      swarm.poll(POLL_NANOS);
      if (replied.cardinality() > done) {
        done = replied.cardinality();
        progressNanos = System.nanoTime();
      }
      failIfRefused(done, to - from);
      if (System.nanoTime() - progressNanos > TIMEOUT_NANOS) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%d of %d received no %s within %d s",
                to - from - done,
                to - from,
                reply,
                TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NANOS)));
      }
    }
  }

  private void failIfRefused(int done, int all) throws IOException {
    if (refusal.isEmpty()) {
      swarm.closeReasons().stream().findFirst().ifPresent(reason -> refusal = reason);
    }
    if (!refusal.isEmpty()) {
      throw new IOException(
          refusal + "; " + done + " of " + all + " had received their " + awaited);
    }
  }

  @Override
  public void text(Client client, byte[] bytes, int from, int to, long readNanos) {
    ChatEvent event = Swarm.parse(bytes, from, to);
    if (event.type().equals(awaited)) {
      replied.set(client.number());
    } else if (event.type().equals("error")) {
      refusal = event.text("error_code") + ": " + event.text("message");
    }
  }
}
