package agentcore.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Room;
import agentcore.core.group.ConnectionManager;
import agentcore.core.group.GroupInternals;
import agentcore.testkit.Await;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServer;
import agentcore.testkit.process.ThreadNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Random input harms no other client and leaves nothing behind, on every backend.
 *
 * <p>The system properties {@code agentcore.seed} and {@code agentcore.inputs} set the seed and the
 * number of inputs.
 */
abstract class FuzzContract {
  private static final int MAX_MESSAGE_BYTES = 100_000;

  /** Small limits, so that the fuzzer reaches them, and short times, so that its rooms expire. */
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("MAX_CONNECTIONS_PER_CLIENT", "1000"),
          Map.entry("WS_MAX_MESSAGE_SIZE", "" + MAX_MESSAGE_BYTES),
          Map.entry("SEND_QUEUE_BYTES", "16777216"),
          Map.entry("HISTORY_SIZE", "20"),
          Map.entry("HISTORY_TTL", "4"),
          Map.entry("INBOX_SIZE", "20"),
          Map.entry("INBOX_TTL", "4"),
          Map.entry("IDEMPOTENCY_TTL", "1"),
          Map.entry("ROOM_IDLE_TTL", "4"),
          Map.entry("MAX_ROOMS", "7"),
          Map.entry("MAX_ROOMS_PER_CONNECTION", "4"),
          Map.entry("MAX_INVITATIONS_PER_ROOM", "1"),
          Map.entry("RATE_LIMIT_WINDOW", "1"),
          Map.entry("RATE_LIMIT_BURST", "150"));

  /**
   * The answers that a large number of inputs must produce; otherwise the fuzzer no longer reaches
   * the code.
   */
  private static final List<String> REACHED =
      List.of(
          "HTTP 101",
          "HTTP 200",
          "HTTP 204",
          "HTTP 400",
          "HTTP 404",
          "HTTP 405",
          "HTTP 411",
          "HTTP 413",
          "HTTP 417",
          "HTTP 426",
          "HTTP 431",
          "ack ",
          "close 1000",
          "close 1002",
          "close 1003",
          "close 1007",
          "close 1009",
          "error INVALID_JSON",
          "error INVALID_MESSAGE_FORMAT",
          "error MISSING_MESSAGE_TYPE",
          "error UNKNOWN_MESSAGE_TYPE",
          "error VALIDATION_FAILED",
          "error ROOM_NOT_FOUND",
          "error ROOM_EXISTS",
          "error NOT_IN_ROOM",
          "error NOT_ALLOWED",
          "error USER_NOT_FOUND",
          "error LIMIT_EXCEEDED",
          "message_history ",
          "inbox ",
          "inbox_resumed ",
          "private_message_sent ",
          "user_invited ",
          "user_removed ");

  /** How long typing, rooms and logs may take to expire. */
  private static final Duration EXPIRY = Duration.ofSeconds(60);

  private static final long MANY = 100_000;

  /** Measured: less than 700 kB, independent of the number of inputs. */
  private static final long HEAP_TOLERANCE_BYTES = 2 * 1024 * 1024;

  private final long seed = Long.getLong("agentcore.seed", ThreadLocalRandom.current().nextInt());
  private final Set<String> threadsBefore = ThreadNames.ofServers();

  abstract SharedStore open(Config config);

  /** Returns the number of inputs to send on this backend if {@code all} are requested. */
  abstract long share(long all);

  private TestServer start(long messagesPerSecond) {
    Config config =
        TestServer.config(SETTINGS).with(Setting.RATE_LIMIT_MESSAGES, "" + messagesPerSecond);
    AgentCore server =
        new AgentCore(config, open(config).backend())
            .endpoint("/ws/{user_id}", TestServer.chat(config));
    return TestServer.start(HttpBatches.addRoutes(server));
  }

  @Test
  void inputHarmsNoOtherClientAndLeavesNothingBehind() {
    long inputs = share(Long.getLong("agentcore.inputs", 20_000));
    System.out.println("seed " + seed + ", inputs " + inputs);
    try (ErrorLog log = new ErrorLog();
        TestServer server = start(0);
        Fuzzer fuzzer = new Fuzzer(server.port(), seed, false, MAX_MESSAGE_BYTES)) {
      fuzzer.run(inputs / 10); // allocates everything that is created once and kept
      awaitAlone(server);
      long heapBefore = usedHeap();
      fuzzer.run(inputs - inputs / 10);
      awaitAlone(server);
      awaitRoomsEnded(server, fuzzer);
      Await.until(
          "the heap to return to its size before",
          EXPIRY,
          () -> usedHeap() < heapBefore + HEAP_TOLERANCE_BYTES);
      System.out.println("heap " + heapBefore + " -> " + usedHeap() + ", " + fuzzer.answers());
      assertEquals(List.of(), List.copyOf(log.errors()), "seed " + seed);
      Set<String> unreached = new TreeSet<>(inputs < MANY ? List.of() : REACHED);
      unreached.removeAll(fuzzer.answers().keySet());
      assertEquals(Set.of(), unreached, "seed " + seed);
    }
    Await.until("the server's threads to end: " + threadsLeft(), () -> threadsLeft().isEmpty());
  }

  @Test
  void inputUnderRateLimitHarmsNoOtherClient() {
    try (ErrorLog log = new ErrorLog();
        TestServer server = start(Healthy.MESSAGES_PER_SECOND);
        Fuzzer fuzzer = new Fuzzer(server.port(), seed, true, MAX_MESSAGE_BYTES)) {
      fuzzer.run(share(20_000));
      awaitAlone(server);
      assertEquals(List.of(), List.copyOf(log.errors()), "seed " + seed);
      assertTrue(fuzzer.answers().containsKey("error RATE_LIMIT_EXCEEDED"));
    }
  }

  /** Waits until only the healthy client is connected, in the lobby. */
  private static void awaitAlone(TestServer server) {
    ConnectionManager manager = server.manager();
    Await.until("one connection", () -> count(manager, GroupId.all()) == 1);
    assertEquals(1, manager.registry().size());
    Await.until("one group", () -> GroupInternals.size(manager) == 1);
  }

  /** Waits until only the lobby exists; messages to the lobby keep its log alive meanwhile. */
  private static void awaitRoomsEnded(TestServer server, Fuzzer fuzzer) {
    Await.until(
        "one room",
        EXPIRY,
        () -> {
          fuzzer.rest();
          List<Room> rooms = server.core().backend().directory().list();
          return rooms.stream().map(Room::name).toList().equals(List.of("lobby"));
        });
  }

  private static int count(ConnectionManager manager, GroupId group) {
    return manager.backend().presence().counts(List.of(group)).getFirst();
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private Set<String> threadsLeft() {
    Set<String> left = new TreeSet<>(ThreadNames.ofServers());
    left.removeAll(threadsBefore);
    return left;
  }
}
