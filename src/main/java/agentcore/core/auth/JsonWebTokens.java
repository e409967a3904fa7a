package agentcore.core.auth;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;

/**
 * JSON Web Tokens (RFC 7519) in the compact form of RFC 7515, signed with HS256.
 *
 * <p>The algorithm is not the token's to choose: the signature is checked as HS256 before anything
 * of the token is read, and a header that says otherwise is refused. Of the claims {@code sub},
 * {@code exp} and {@code nbf} count; all others are ignored, {@code aud} too, so the secret should
 * sign for nobody else.
 */
public final class JsonWebTokens implements Authenticator {
  /** So far the clocks of who signs and who verifies may be apart. */
  public static final Duration LEEWAY = Duration.ofSeconds(30);

  private static final String ALGORITHM = "HS256";
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private final SigningKeys keys;
  private final InstantSource clock;

  /** Makes it. */
  public JsonWebTokens(SigningKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** Makes a token for a user that is valid from now on for {@code ttl}. */
  public String sign(String user, Duration ttl) {
    long now = clock.instant().getEpochSecond();
    JsonObject claims = new JsonObject();
    claims.addProperty("sub", user);
    claims.addProperty("iat", now);
    claims.addProperty("exp", now + ttl.toSeconds());
    String signed = encode(HEADER) + '.' + encode(claims.toString());
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
    if (header.has("crit")) { // RFC 7515 section 4.1.11: none of what it can name is known here
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
    return new Identity(user, end);
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

  /** Decodes what {@link #encode} makes and nothing else: no padding, no bits left over. */
  private static byte[] decode(String text) throws TokenException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (Arrays.equals(ascii(encode(bytes)), ascii(text))) {
        return bytes;
      }
    } catch (IllegalArgumentException notBase64) {
      // told below, like what is not written in the one right way
    }
    throw new TokenException("token malformed: not base64url");
  }
}
