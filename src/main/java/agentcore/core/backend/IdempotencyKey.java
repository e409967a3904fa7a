package agentcore.core.backend;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Makes a publish idempotent: user and request id identify it within a group.
 *
 * @param requestId chosen by the client
 * @param digest of the client's text: the same request id with another text is a conflict
 */
public record IdempotencyKey(String user, String requestId, String digest) {
  private static final int DIGEST_BYTES = 16;

  /** Returns the key of a request with this text. */
  public static IdempotencyKey of(String user, String requestId, String text) {
    return new IdempotencyKey(user, requestId, digest(text));
  }

  /** Returns the first half of a text's SHA-256, in hexadecimal. */
  public static String digest(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] hash = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
