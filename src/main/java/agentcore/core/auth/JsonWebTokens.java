package agentcore.core.auth;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;

/**
 * Signs and verifies JSON Web Tokens (RFC 7519) in compact form (RFC 7515) with HS256.
 *
 * <p>The token does not choose the algorithm: its signature is verified as HS256 before anything
 * else is read, and a header that names another algorithm is refused. A token must have the claims
 * {@code sub}, the user id, and {@code exp}; {@code nbf} is obeyed if it is there. All others,
 * including {@code aud}, are left to the consumer, so the secret should not be shared with another
 * service.
 *
 * <p>Threads: any.
 *
 * {@snippet file="Servers.java" region="token"}
 */
public final class JsonWebTokens implements Authenticator {
  /** The tolerated difference between the clocks of signer and verifier. */
  public static final Duration LEEWAY = Duration.ofSeconds(30);

  private static final String ALGORITHM = "HS256";
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private final SigningKeys keys;
  private final InstantSource clock;

  /**
   * Creates an authenticator.
   *
   * @param clock such as {@link java.time.Clock#systemUTC}
   */
  public JsonWebTokens(SigningKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** Returns a token for a user, valid from now on for {@code ttl}. */
  public String sign(String user, Duration ttl) {
    return sign(user, ttl, "{}");
  }

  /**
   * Returns a token with more claims, which a consumer finds in {@link Identity#claims}.
   *
   * @param claims a JSON object without {@code sub}, {@code iat} and {@code exp}
   * @throws IllegalArgumentException if it is anything else
   */
  public String sign(String user, Duration ttl, String claims) {
    long now = clock.instant().getEpochSecond();
    JsonObject all = new JsonObject();
    all.addProperty("sub", user);
    all.addProperty("iat", now);
    all.addProperty("exp", now + ttl.toSeconds());
    try {
      Claims.read(claims.getBytes(StandardCharsets.UTF_8)).addTo(all);
    } catch (TokenException malformed) {
      throw new IllegalArgumentException("claims must be a JSON object", malformed);
    }
    String signed = encode(HEADER) + '.' + encode(all.toString());
    return signed + '.' + encode(keys.sign(ascii(signed)));
  }

  @Override
  public Identity identify(String token) throws TokenException {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new TokenException("token malformed: not three parts");
    }
    if (!keys.verify(ascii(parts[0] + '.' + parts[1]), decode(parts[2]))) {
      throw new TokenException("token signature wrong");
    }
    checkHeader(Claims.read(decode(parts[0])));
    return identity(Claims.read(decode(parts[1])));
  }

  private static void checkHeader(Claims header) throws TokenException {
    if (header.string("alg").filter(ALGORITHM::equals).isEmpty()) {
      throw new TokenException("token must be signed with " + ALGORITHM);
    }
    if (header.has("crit")) { // RFC 7515 section 4.1.11: no extension is supported
      throw new TokenException("token demands an unknown extension");
    }
  }

  private Identity identity(Claims claims) throws TokenException {
    Instant now = clock.instant();
    Instant end =
        claims.time("exp").orElseThrow(() -> new TokenException("token without exp")).plus(LEEWAY);
    if (!now.isBefore(end)) {
      throw new TokenException("token expired");
    }
    if (claims.time("nbf").orElse(now).minus(LEEWAY).isAfter(now)) {
      throw new TokenException("token not valid yet");
    }
    String user =
        claims
            .string("sub")
            .orElseThrow(() -> new TokenException("token malformed: sub must be a string"));
    return new Identity(user, end, claims.fields());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Decodes only canonical base64url: without padding and without unused bits set. */
  private static byte[] decode(String text) throws TokenException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (Arrays.equals(ascii(encode(bytes)), ascii(text))) {
        return bytes;
      }
    } catch (IllegalArgumentException notBase64) {
      // reported below, as any other text that is not canonical
    }
    throw new TokenException("token malformed: not base64url");
  }
}
