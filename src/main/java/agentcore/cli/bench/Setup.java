package agentcore.cli.bench;

import agentcore.cli.common.ServerEvent;
import agentcore.core.security.JsonWebTokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * All that comes before the measurement. Each step waits for the server's answer to each request:
 * {@code welcome} to a connection, {@code room_joined} to a creation or a join. So every member is
 * in its room before anything is sent there.
 */
final class Setup implements Ear {
  /** So many requests wait for their answer at once. */
  private static final int AT_ONCE = 256;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Options options;
  private final Names names;
  private final Swarm swarm;
  private final BitSet answered = new BitSet();
  private String awaited = "";
  private String refusal = "";

  /** What a run calls its users and rooms, so that no two runs meet. */
  record Names(String run) {
    String user(int number) {
      return String.format(Locale.ROOT, "%s%06d", run, number);
    }

    String room(int number) {
      return run + '-' + number;
    }
  }

  private interface Request {
    void send(int client) throws IOException, BenchException;
  }

  Setup(Options options, Names names, Swarm swarm) {
    this.options = options;
    this.names = names;
    this.swarm = swarm;
  }

  /** Connects everyone, and waits until everyone was welcomed. */
  void connect() throws IOException, BenchException {
    List<InetSocketAddress> sources =
        options.sources().isEmpty() ? List.of(new InetSocketAddress(0)) : options.sources();
    InetSocketAddress[] servers = new InetSocketAddress[options.targets().size()];
    for (int i = 0; i < servers.length; i++) {
      servers[i] = options.targets().get(i).address();
    }
    swarm.ear(this);
    each(
        "welcome",
        0,
        options.connections() + options.idle(),
        i -> {
          String user = names.user(i);
          Target target = options.targets().get(i % servers.length);
          InetSocketAddress source = sources.get(i % sources.size());
          swarm.connect(
              servers[i % servers.length], source, target.request(user, authorization(user)));
        });
  }

  /** Returns the header with a token that outlasts the run, where one is needed. */
  private String authorization(String user) {
    Duration ttl = options.warmUp().plus(options.measured()).plusHours(1);
    return options
        .keys()
        .map(keys -> new JsonWebTokens(keys, Clock.systemUTC()).sign(user, ttl))
        .map(token -> "Authorization: Bearer " + token + "\r\n")
        .orElse("");
  }

  /** Puts every connection but the idle ones into its room; returns when all are in. */
  void enterRooms() throws IOException, BenchException {
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

  private void each(String answer, int from, int to, Request request)
      throws IOException, BenchException {
    awaited = answer;
    answered.clear();
    int next = from;
    int done = 0;
    long progressNanos = System.nanoTime();
    while (done < to - from) {
      for (; next < to && next - from - done < AT_ONCE; next++) {
        request.send(next);
      }
      swarm.poll(POLL_NANOS);
      if (answered.cardinality() > done) {
        done = answered.cardinality();
        progressNanos = System.nanoTime();
      }
      failIfRefused(done, to - from);
      if (System.nanoTime() - progressNanos > PATIENCE_NANOS) {
        throw new BenchException(
            String.format(
                Locale.ROOT,
                "%d of %d got no %s within %d s",
                to - from - done,
                to - from,
                answer,
                TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS)));
      }
    }
  }

  private void failIfRefused(int done, int all) throws BenchException {
    if (refusal.isEmpty()) {
      swarm.ends().stream().findFirst().ifPresent(end -> refusal = end);
    }
    if (!refusal.isEmpty()) {
      throw new BenchException(
          Hints.with(refusal) + "; " + done + " of " + all + " had got their " + awaited);
    }
  }

  @Override
  public void text(Client client, byte[] bytes, int from, int to, long readNanos) {
    ServerEvent event = Ear.parse(bytes, from, to);
    if (event.type().equals(awaited)) {
      answered.set(client.number());
    } else if (event.type().equals("error")) {
      refusal = event.text("error_code") + ": " + event.text("message");
    }
  }
}
