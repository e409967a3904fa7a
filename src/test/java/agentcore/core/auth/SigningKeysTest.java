package agentcore.core.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.OpenFiles;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
  /** A server that checks its first signature when no file is left. */
  static final class NoFileLeft {
    private NoFileLeft() {}

    public static void main(String[] args) throws Exception {
      byte[] text = "x".repeat(SigningKeys.MIN_BYTES).getBytes(UTF_8);
      SigningKeys keys = SigningKeys.parse("x".repeat(SigningKeys.MIN_BYTES));
      OpenFiles.exhaust();
      System.out.println(keys.verify(text, keys.sign(text)));
    }
  }

  @Test
  void checksSignaturesWhenNoFileIsLeft() {
    try (ChildJvm child = OpenFiles.start(NoFileLeft.class)) {
      assertEquals(0, child.awaitExit(), child.err()::toString);
      assertEquals("true", child.out().getLast(), child.err()::toString);
    }
  }
}
