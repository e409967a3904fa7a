package agentcore.core.auth;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens with any content, made without the code under test. */
public final class Forged {
  public static final String SECRET = "0123456789abcdef0123456789abcdef";
  public static final String HEADER = "{\"alg\":\"HS256\"}";

  private Forged() {}

  /** Signs a header and claims with {@link #SECRET}. */
  public static String token(String header, String claims) {
    return signed(encode(header) + '.' + encode(claims));
  }

  /** Signs claims with {@link #SECRET}. */
  public static String token(String claims) {
    return token(HEADER, claims);
  }

  /** Returns a token of a user. */
  public static String token(String user, Instant exp) {
    BigDecimal seconds = BigDecimal.valueOf(exp.toEpochMilli(), 3);
    return token("{\"sub\":\"" + user + "\",\"exp\":" + seconds + "}");
  }

  /** Signs any text with {@link #SECRET}. */
  public static String signed(String text) {
    return text + '.' + encode(hmac("HmacSHA256", SECRET, text));
  }

  static byte[] hmac(String algorithm, String secret, String text) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
      return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Encodes text as base64url. */
  public static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
