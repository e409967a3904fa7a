package agentcore.core.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC with SHA-256 (RFC 7518 section 3.2) under one secret, or several while they are exchanged:
 * the first signs, all verify.
 */
public final class SigningKeys {
  /** As many as the hash has; a shorter key is easier to guess than a signature. */
  public static final int MIN_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final List<SecretKeySpec> keys;

  private SigningKeys(List<SecretKeySpec> keys) {
    this.keys = List.copyOf(keys);
    sign(new byte[0]); // the JDK opens files for its first MAC, and fails forever if none is left
  }

  /**
   * Makes them.
   *
   * @throws IllegalArgumentException where there is none, or one is too short
   */
  public static SigningKeys of(List<byte[]> secrets) {
    if (secrets.isEmpty() || secrets.stream().anyMatch(secret -> secret.length < MIN_BYTES)) {
      throw new IllegalArgumentException(
          "must be secrets of at least " + MIN_BYTES + " bytes each, separated by commas");
    }
    return new SigningKeys(
        secrets.stream().map(secret -> new SecretKeySpec(secret, ALGORITHM)).toList());
  }

  /**
   * Makes them from text: secrets separated by commas, each the bytes of its UTF-8.
   *
   * @throws IllegalArgumentException where one is too short
   */
  public static SigningKeys parse(String secrets) {
    return of(
        Arrays.stream(secrets.split(",", -1))
            .map(secret -> secret.strip().getBytes(StandardCharsets.UTF_8))
            .toList());
  }

  /** Signs with the first secret. */
  byte[] sign(byte[] bytes) {
    return signature(keys.getFirst(), bytes);
  }

  /** Says whether a signature was made with one of the secrets; takes as long for a near miss. */
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
      Mac mac = Mac.getInstance(ALGORITHM); // one holds the state of one text
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
