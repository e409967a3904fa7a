package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndingTest {
  /** The table of section 6 of the protocol, and what a proxy may add. */
  @ParameterizedTest
  @CsvSource({
    "1000, NEVER", "1001, AGAIN", "1002, NEVER", "1003, NEVER", "1005, AGAIN", "1006, AGAIN",
    "1007, NEVER", "1008, NEVER", "1009, NEVER", "1011, AGAIN", "1012, AGAIN", "1013, LATER",
    "1014, AGAIN", "4401, NEVER", "4403, NEVER", "4408, AGAIN", "4409, LATER", "4410, AGAIN",
    "4999, NEVER"
  })
  void eachCloseCodeSaysWhetherToConnectAgain(int code, Ending.Next next) {
    Ending ending = Ending.ofClose(code, "reason\u001b[2J");
    assertEquals(next, ending.next());
    assertFalse(ending.words().isEmpty());
    assertFalse(ending.words().contains("\u001b"));
  }

  @Test
  void aFailureOfTheNetworkIsToldInPlainWords() {
    Ending refused = Ending.ofFailure(new CompletionException(new ConnectException()));
    assertEquals(
        new Ending(Ending.Next.IF_IT_WORKED, "nothing listens there; is the server running?"),
        refused);
    ConnectException noHost = new ConnectException();
    noHost.initCause(new UnknownHostException("x"));
    assertEquals("there is no such host", Ending.ofFailure(noHost).words());
    assertEquals("the connection was cut", Ending.ofFailure(new IOException("x")).words());
  }

  @Test
  void theWaitIsAnywhereBelowABoundThatDoublesUpToHalfAMinute() {
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
