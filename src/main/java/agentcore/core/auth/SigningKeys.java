package agentcore.core.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs with HMAC SHA-256 (RFC 7518 section 3.2). There are several secrets while an old one is
 * being replaced: the first signs, and all of them verify.
 */
public final class SigningKeys {
  /** The size of the hash, 32 bytes. A shorter key would be easier to guess than a signature. */
  public static final int MIN_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final List<SecretKeySpec> keys;

  private SigningKeys(List<SecretKeySpec> keys) {
    this.keys = List.copyOf(keys);
    sign(new byte[0]); // the JDK opens files for its first MAC, and fails forever if none is left
  }

  static SigningKeys of(List<byte[]> secrets) {
    if (secrets.isEmpty() || secrets.stream().anyMatch(secret -> secret.length < MIN_BYTES)) {
      throw new IllegalArgumentException(
          "must be secrets of at least " + MIN_BYTES + " bytes each, separated by commas");
    }
    return new SigningKeys(
        secrets.stream().map(secret -> new SecretKeySpec(secret, ALGORITHM)).toList());
  }

  /**
   * Creates keys from secrets separated by commas. A key is the UTF-8 of its secret.
   *
   * @throws IllegalArgumentException if a secret is too short
   */
  public static SigningKeys parse(String secrets) {
    return of(
        Arrays.stream(secrets.split(",", -1))
            .map(secret -> secret.strip().getBytes(StandardCharsets.UTF_8))
            .toList());
  }

  /** Returns the signature under the first secret. */
  byte[] sign(byte[] bytes) {
    return signature(keys.getFirst(), bytes);
  }

  /** Tests a signature against all secrets, each in constant time. */
  boolean verify(byte[] bytes, byte[] signature) {
    for (SecretKeySpec key : keys) {
      if (MessageDigest.isEqual(signature(key, bytes), signature)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] signature(SecretKeySpec key, byte[] bytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM); // not shared: it holds the state of one computation
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
