package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.common.Backoff;
import agentcore.testkit.protocol.Description;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloseReasonTest {
  /** The table of section 6 of the protocol, and what a proxy may add. */
  @ParameterizedTest
  @CsvSource({
    "1000, GIVE_UP", "1001, RECONNECT", "1002, RECONNECT_LATER", "1003, GIVE_UP", "1005, RECONNECT",
        "1006, RECONNECT",
    "1007, RECONNECT_LATER", "1008, GIVE_UP", "1009, GIVE_UP", "1011, RECONNECT", "1012, RECONNECT",
        "1013, RECONNECT_LATER",
    "1014, RECONNECT", "4401, GIVE_UP", "4403, GIVE_UP", "4408, RECONNECT", "4409, RECONNECT_LATER",
        "4410, RECONNECT",
    "4999, GIVE_UP"
  })
  void closeCodeDecidesWhetherToReconnect(int code, CloseReason.Next next) {
    CloseReason reason = CloseReason.ofClose(code, "reason\u001b[2J");
    assertEquals(next, reason.next());
    assertFalse(reason.text().isEmpty());
    assertFalse(reason.text().contains("\u001b"));
  }

  @Test
  void terminalEndsAfterTheCodesThatTheDescriptionCallsFinal() {
    Description.at("#/channels/chat/x-close-codes")
        .getAsJsonObject()
        .entrySet()
        .forEach(
            code -> {
              CloseReason reason = CloseReason.ofClose(Integer.parseInt(code.getKey()), "");
              boolean reconnects =
                  code.getValue().getAsJsonObject().get("reconnect").getAsBoolean();
              assertEquals(reconnects, reason.next() != CloseReason.Next.GIVE_UP, code.getKey());
            });
  }

  @Test
  void explainsNetworkFailures() {
    CloseReason refused = CloseReason.ofFailure(new CompletionException(new ConnectException()));
    assertEquals(
        new CloseReason(
            CloseReason.Next.RECONNECT_IF_IT_WORKED,
            "nothing listens there; is the server running?"),
        refused);
    ConnectException noHost = new ConnectException();
    noHost.initCause(new UnknownHostException("x"));
    assertEquals("the host does not exist", CloseReason.ofFailure(noHost).text());
    assertEquals("the connection was lost", CloseReason.ofFailure(new IOException("x")).text());
  }

  @Test
  void waitStaysBelowABoundThatDoublesUpToHalfAMinute() {
    Backoff backoff = new Backoff(new Random(1));
    for (long bound : new long[] {500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000}) {
      assertTrue(backoff.next(false).compareTo(Duration.ofMillis(bound)) <= 0);
    }
    for (int i = 0; i < 100; i++) {
      assertTrue(backoff.next(false).compareTo(Duration.ofSeconds(30)) <= 0);
    }
    assertTrue(backoff.next(true).compareTo(Duration.ofSeconds(2)) >= 0);
    backoff.reset();
    assertTrue(backoff.next(false).compareTo(Duration.ofMillis(500)) <= 0);
  }
}
