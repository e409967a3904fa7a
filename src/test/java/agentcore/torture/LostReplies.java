package agentcore.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServers;
import agentcore.torture.History.Ack;
import java.util.List;
import java.util.Map;

/** One in five of the replies to {@code chat_message} is lost: each id is appended once. */
final class LostReplies {
  private static final int MESSAGES = 300;
  private static final int PER_SECOND = 100;
  private static final long SEED = 4;
  private static final Map<String, String> SETTINGS = Map.of("RATE_LIMIT_MESSAGES", "0");

  private LostReplies() {}

  /** Has people talk over two servers until enough was acknowledged, and checks what they heard. */
  static void run(SharedStore.Factory store) {
    try (TestServers servers = TestServers.start(2, SETTINGS, store);
        ReplyThief first = new ReplyThief(servers.get(0).port(), SEED);
        ReplyThief second = new ReplyThief(servers.get(1).port(), SEED + 1);
        Crowd crowd =
            new Crowd(Ports.of(List.of(first.port(), second.port())), 1, 6, PER_SECOND, SEED)) {
      Await.until("enough to be acknowledged", () -> crowd.acknowledged() >= MESSAGES);
      crowd.finish(Await.DEADLINE);
      List<History> histories = crowd.histories(List.of());
      Verdict.of("a run in which replies are lost", histories, crowd.problems());
      int stolen = first.stolen() + second.stolen();
      int replies = stolen + first.passed() + second.passed();
      assertEquals(0.2, (double) stolen / replies, 0.1, stolen + " of " + replies);
      long duplicates =
          histories.stream().flatMap(h -> h.acks().stream()).filter(Ack::isDuplicate).count();
      assertTrue(duplicates > 0, "a retry is told that the message was there");
    }
  }
}
