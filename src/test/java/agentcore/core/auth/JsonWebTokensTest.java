package agentcore.core.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.ManualClock;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens are valid by RFC 7515 and 7519, and which forgeries are refused. */
class JsonWebTokensTest {
  private final ManualClock clock = new ManualClock();
  private final long now = clock.instant().getEpochSecond();
  private final JsonWebTokens tokens = tokens(Forged.SECRET);

  private JsonWebTokens tokens(String secrets) {
    return new JsonWebTokens(SigningKeys.parse(secrets), clock);
  }

  private String reason(String token) {
    TokenException refusal =
        assertThrows(TokenException.class, () -> tokens.identify(token), token);
    assertEquals(0, refusal.getStackTrace().length);
    assertTrue(refusal.reason().length() <= 123, refusal.reason());
    for (String part : token.split("\\.")) {
      assertFalse(part.length() > 3 && refusal.reason().contains(part), refusal.reason());
    }
    return refusal.reason();
  }

  private String claims(String exp) {
    return "{\"sub\":\"alice\",\"exp\":" + exp + "}";
  }

  @Test
  void verifiesTheExampleOfRfc7515() throws TokenException {
    // RFC 7515 appendix A.1: the key, and the whole token.
    byte[] key =
        Base64.getUrlDecoder()
            .decode(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"
                    + "aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    String head = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
    String payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
            + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    String signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    SigningKeys keys = SigningKeys.of(List.of(key));
    byte[] signed = (head + '.' + payload).getBytes(StandardCharsets.US_ASCII);
    assertEquals(signature, Forged.encode(keys.sign(signed)));
    assertTrue(keys.verify(signed, Base64.getUrlDecoder().decode(signature)));
    // The example has no sub; everything that is verified before that is valid.
    Clock then = Clock.fixed(Instant.ofEpochSecond(1300819380), ZoneOffset.UTC);
    JsonWebTokens at = new JsonWebTokens(keys, then);
    String token = head + '.' + payload + '.' + signature;
    assertEquals(
        "token malformed: sub must be a string",
        assertThrows(TokenException.class, () -> at.identify(token)).reason());
    JsonWebTokens late = new JsonWebTokens(keys, Clock.offset(then, Duration.ofSeconds(30)));
    assertEquals(
        "token expired", assertThrows(TokenException.class, () -> late.identify(token)).reason());
    String other = head + '.' + payload + '.' + signature.replace('d', 'e');
    assertEquals(
        "token signature wrong",
        assertThrows(TokenException.class, () -> at.identify(other)).reason());
  }

  @Test
  void verifiesTokensThatItSigned() throws TokenException {
    for (String user : List.of("alice", "al ice", "\u00e4\u20ac\ud83d\ude00", "\"\\\u2028<&'=")) {
      String token = tokens.sign(user, Duration.ofMinutes(1));
      Identity identity = tokens.identify(token);
      assertEquals(user, identity.user(), token);
      assertEquals(clock.instant().plusSeconds(90), identity.until(), token);
      assertTrue(token.matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{43}"), token);
    }
  }

  @Test
  void signedTokenNamesItsAlgorithmAndTimes() {
    String[] parts = tokens.sign("alice", Duration.ofHours(1)).split("\\.");
    JsonObject header = json(parts[0]);
    assertEquals("HS256", header.get("alg").getAsString());
    JsonObject claims = json(parts[1]);
    assertEquals(now, claims.get("iat").getAsLong());
    assertEquals(now + 3600, claims.get("exp").getAsLong());
  }

  private static JsonObject json(String part) {
    byte[] bytes = Base64.getUrlDecoder().decode(part);
    return JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8)).getAsJsonObject();
  }

  @Test
  void tokenExpiresThirtySecondsAfterExp() throws TokenException {
    String token = Forged.token(claims("" + now));
    clock.advance(Duration.ofMillis(29_999));
    assertEquals(Instant.ofEpochSecond(now + 30), tokens.identify(token).until());
    clock.advance(Duration.ofMillis(1));
    assertEquals("token expired", reason(token));
    clock.advance(Duration.ofDays(10_000));
    assertEquals("token expired", reason(token));
  }

  @Test
  void tokenBecomesValidThirtySecondsBeforeNbf() throws TokenException {
    String token =
        Forged.token("{\"sub\":\"alice\",\"exp\":" + (now + 99) + ",\"nbf\":" + (now + 31) + "}");
    assertEquals("token not valid yet", reason(token));
    clock.advance(Duration.ofMillis(999));
    assertEquals("token not valid yet", reason(token));
    clock.advance(Duration.ofMillis(1));
    assertEquals("alice", tokens.identify(token).user());
  }

  @Test
  void acceptsTimeWithFraction() throws TokenException {
    assertEquals(
        Instant.ofEpochMilli(now * 1000 + 30_250),
        tokens.identify(Forged.token(claims(now + ".25"))).until());
    assertEquals("alice", tokens.identify(Forged.token(claims(now / 1000 + 1 + "e3"))).user());
  }

  @Test
  void acceptsTimesUpToTheYear9999WithoutOverflow() throws TokenException {
    assertEquals(
        Instant.parse("9999-12-31T23:59:59Z").plusSeconds(30),
        tokens.identify(Forged.token(claims("253402300799"))).until());
    for (String huge :
        List.of("253402300800", now + "000", "9223372036854775807", "9223372036854775808")) {
      assertEquals("token malformed: exp must be in seconds", reason(Forged.token(claims(huge))));
    }
    for (String huge : List.of("1e300", "1e999", "1e999999999")) {
      assertEquals("token malformed: exp must be in seconds", reason(Forged.token(claims(huge))));
    }
    assertEquals("token malformed: not JSON", reason(Forged.token(claims("1" + "0".repeat(4000)))));
    assertEquals("token malformed: exp must be in seconds", reason(Forged.token(claims("-1e99"))));
    assertEquals("token expired", reason(Forged.token(claims("-1"))));
    assertEquals("token expired", reason(Forged.token(claims("0"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"4102444800\"",
        "true",
        "null",
        "[4102444800]",
        "{\"a\":4102444800}",
        "\"\"",
        "\"never\""
      })
  void requiresExpAndNbfToBeNumbers(String value) {
    assertEquals("token malformed: exp must be a number", reason(Forged.token(claims(value))));
    String nbf = claims("4102444800").replace("}", ",\"nbf\":" + value + "}");
    assertEquals("token malformed: nbf must be a number", reason(Forged.token(nbf)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "0x7fffffff", "4102444800L", "+1", "01"})
  void refusesNumbersThatAreNotJson(String value) {
    assertEquals("token malformed: not JSON", reason(Forged.token(claims(value))));
  }

  @Test
  void requiresExp() {
    assertEquals("token without exp", reason(Forged.token("{\"sub\":\"alice\"}")));
    assertEquals("token without exp", reason(Forged.token("{\"sub\":\"alice\",\"EXP\":1}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "null", "true", "[\"alice\"]", "{\"sub\":\"alice\"}"})
  void requiresSubToBeString(String sub) {
    String exp = "\"exp\":" + (now + 60);
    assertEquals(
        "token malformed: sub must be a string",
        reason(Forged.token("{\"sub\":" + sub + "," + exp + "}")));
    assertEquals(
        "token malformed: sub must be a string",
        reason(Forged.token("{" + exp + ",\"claims\":{\"sub\":\"alice\"}}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\"}",
        "{\"alg\":\"None\"}",
        "{\"alg\":\"hs256\"}",
        "{\"alg\":\"Hs256\"}",
        "{\"alg\":\"HS384\"}",
        "{\"alg\":\"HS512\"}",
        "{\"alg\":\"RS256\"}",
        "{\"alg\":\"HS256 \"}",
        "{\"alg\":[\"HS256\"]}",
        "{\"alg\":null}",
        "{\"alg\":256}",
        "{\"Alg\":\"HS256\"}",
        "{\"typ\":\"JWT\"}",
        "{}"
      })
  void refusesEveryOtherAlgorithmEvenWithValidSignature(String header) {
    assertEquals(
        "token must be signed with HS256", reason(Forged.token(header, claims("" + (now + 60)))));
  }

  @Test
  void refusesOtherAlgorithmWithItsOwnSignature() {
    for (String algorithm : List.of("384", "512")) {
      String text =
          Forged.encode("{\"alg\":\"HS" + algorithm + "\"}")
              + '.'
              + Forged.encode(claims("" + (now + 60)));
      byte[] signature = Forged.hmac("HmacSHA" + algorithm, Forged.SECRET, text);
      assertEquals("token signature wrong", reason(text + '.' + Forged.encode(signature)));
    }
    String none = Forged.encode("{\"alg\":\"none\"}") + '.' + Forged.encode(claims("4102444800"));
    assertEquals("token signature wrong", reason(none + '.'));
    assertEquals("token malformed: not three parts", reason(none));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"b64\"]", "[]", "null", "[\"exp\"]", "\"exp\""})
  void refusesCriticalExtensions(String crit) {
    String header = "{\"alg\":\"HS256\",\"b64\":false,\"exp\":1,\"crit\":" + crit + "}";
    assertEquals(
        "token demands an unknown extension",
        reason(Forged.token(header, claims("" + (now + 60)))));
  }

  @Test
  void ignoresOtherFields() throws TokenException {
    String header = "{\"kid\":\"1\",\"jku\":\"http://evil.example\",\"alg\":\"HS256\",\"x\":{}}";
    String claims = claims("" + (now + 60)).replace("}", ",\"aud\":[\"x\"],\"iat\":1e99,\"a\":[]}");
    assertEquals("alice", tokens.identify(Forged.token(header, claims)).user());
  }

  @Test
  void refusesTokenWithAnyBitChanged() {
    String good = Forged.token("alice", clock.instant().plusSeconds(60));
    for (int i = 0; i < good.length(); i++) {
      for (int bit = 0; bit < 8; bit++) {
        char other = (char) (good.charAt(i) ^ (1 << bit));
        reason(good.substring(0, i) + other + good.substring(i + 1));
      }
    }
  }

  @Test
  void refusesTruncatedAndExtendedSignatures() {
    String good = Forged.token("alice", clock.instant().plusSeconds(60));
    int at = good.lastIndexOf('.') + 1;
    for (int end = at; end < good.length(); end++) {
      reason(good.substring(0, end));
    }
    assertEquals("token signature wrong", reason(good.substring(0, at)));
    assertEquals("token signature wrong", reason(good.substring(0, at) + "AAAA"));
    assertEquals("token signature wrong", reason(good + "A".repeat(4) + "A"));
  }

  @Test
  void refusesSignatureThatIsNotCanonicalBase64url() {
    String good = Forged.token("alice", clock.instant().plusSeconds(60));
    char last =
        good.charAt(good.length() - 1); // 43 characters for 32 bytes: two bits are left over
    for (int more = 1; more < 4; more++) {
      String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      char other = alphabet.charAt(alphabet.indexOf(last) + more);
      assertEquals(
          "token malformed: not base64url", reason(good.substring(0, good.length() - 1) + other));
    }
    for (String wrong : List.of(good + "=", good + "==", good + " ", " " + good, good + "\n")) {
      assertTrue(reason(wrong).startsWith("token "), wrong);
    }
    assertEquals("token malformed: not base64url", reason(good + "="));
  }

  @Test
  void refusesHeaderAndPayloadThatAreNotCanonicalBase64url() {
    String header = Forged.encode(Forged.HEADER);
    String payload = Forged.encode(claims("" + (now + 60)));
    for (String wrong : List.of("=", "==", "%", " ", "\r\n")) {
      assertEquals(
          "token malformed: not base64url", reason(Forged.signed(header + wrong + "." + payload)));
      assertEquals(
          "token malformed: not base64url", reason(Forged.signed(header + "." + payload + wrong)));
    }
    String standard =
        Base64.getEncoder()
            .encodeToString("{\"a\":\"\u00ff\u00fe?>\"}".getBytes(StandardCharsets.UTF_8));
    assertTrue(standard.matches(".*[+/=].*"), standard);
    assertEquals("token malformed: not base64url", reason(Forged.signed(header + "." + standard)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", ".", "..", "...", "a.b", "a.b.c.d", "a.b.c.d.e", "Bearer a.b.c"})
  void refusesTextWithoutThreePartsAndSignature(String token) {
    reason(token);
  }

  @Test
  void refusesTextAfterTheSignature() {
    String good = Forged.token("alice", clock.instant().plusSeconds(60));
    for (String more : List.of(".", ".x", ".x.y")) {
      assertEquals("token malformed: not three parts", reason(good + more));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''
          null
          []
          "text"
          [{"sub":"alice","exp":4102444800}]
          {"sub":"alice","exp":4102444800
          {"sub":"alice","exp":4102444800}}
          {"sub":"alice","exp":4102444800} {}
          {sub:"alice","exp":4102444800}
          {'sub':'alice','exp':4102444800}
          {"sub":"alice","exp":4102444800,}
          {"sub":"alice";"exp"=4102444800}
          {"sub":"alice","exp":4102444800/**/}
          {"sub":"alice","exp":4102444800}#
          )]}'{"sub":"alice","exp":4102444800}
          """)
  void refusesEverythingButOneStrictJsonObject(String claims) {
    assertEquals("token malformed: not JSON", reason(Forged.token(claims)));
    String header = claims.replace("\"sub\":\"alice\"", "\"alg\":\"HS256\"");
    assertEquals("token malformed: not JSON", reason(Forged.token(header, claims("4102444800"))));
  }

  @Test
  void refusesRepeatedNames() {
    assertEquals(
        "token malformed: repeated name",
        reason(Forged.token("{\"sub\":\"bob\",\"sub\":\"alice\",\"exp\":4102444800}")));
    assertEquals(
        "token malformed: repeated name",
        reason(Forged.token("{\"alg\":\"none\",\"alg\":\"HS256\"}", claims("4102444800"))));
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    String header = Forged.encode(Forged.HEADER);
    byte[] latin1 = "{\"sub\":\"\u00e4\",\"exp\":4102444800}".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(
        "token malformed: not JSON", reason(Forged.signed(header + '.' + Forged.encode(latin1))));
  }

  @Test
  void limitsNesting() throws TokenException {
    String claims = "{\"sub\":\"alice\",\"exp\":4102444800,\"x\":%s}";
    String deep = "[".repeat(31) + "]".repeat(31);
    assertEquals("alice", tokens.identify(Forged.token(claims.formatted(deep))).user());
    assertEquals(
        "token malformed: not JSON", reason(Forged.token(claims.formatted("[" + deep + "]"))));
    String deepest = "[".repeat(3000) + "]".repeat(3000);
    assertEquals("token malformed: not JSON", reason(Forged.token(claims.formatted(deepest))));
  }

  @Test
  void refusesNestedToken() {
    String inner = Forged.token("alice", clock.instant().plusSeconds(60));
    String header = "{\"alg\":\"HS256\",\"cty\":\"JWT\"}";
    assertEquals("token malformed: not JSON", reason(Forged.token(header, inner)));
    assertEquals("token malformed: not JSON", reason(Forged.token(header, '"' + inner + '"')));
  }

  @Test
  void refusesTokenOfAnotherSecret() {
    String other = "1123456789abcdef0123456789abcdef";
    String token = tokens(other).sign("alice", Duration.ofHours(1));
    assertEquals("token signature wrong", reason(token));
  }

  @Test
  void acceptsOldAndNewTokensWhileSecretIsReplaced() throws TokenException {
    String old = "old-456789abcdef0123456789abcdef";
    String fresh = "new-456789abcdef0123456789abcdef";
    JsonWebTokens before = tokens(old);
    JsonWebTokens meanwhile = tokens(fresh + " , " + old);
    JsonWebTokens after = tokens(fresh);
    String oldToken = before.sign("alice", Duration.ofHours(1));
    String freshToken = meanwhile.sign("alice", Duration.ofHours(1));
    assertEquals(freshToken, after.sign("alice", Duration.ofHours(1)), "the first signs");
    assertEquals("alice", meanwhile.identify(oldToken).user(), "all verify");
    assertEquals("alice", meanwhile.identify(freshToken).user());
    assertEquals("alice", after.identify(freshToken).user());
    assertThrows(TokenException.class, () -> after.identify(oldToken));
    assertThrows(TokenException.class, () -> before.identify(freshToken));
  }

  @Test
  void requiresSecretsOf32Bytes() {
    String enough = "a".repeat(32);
    assertEquals(43, tokens(enough).sign("a", Duration.ofHours(1)).split("\\.")[2].length());
    assertEquals(32, "\u20ac".repeat(10).concat("ab").getBytes(StandardCharsets.UTF_8).length);
    SigningKeys.parse("\u20ac".repeat(10) + "ab"); // bytes, not characters
    for (String shorter :
        List.of(
            "",
            "a".repeat(31),
            "\u20ac".repeat(10) + "a",
            enough + ",",
            "," + enough,
            enough + "," + "a".repeat(31),
            "a".repeat(31) + "  ,  " + enough)) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> SigningKeys.parse(shorter), shorter)
              .getMessage();
      assertEquals("must be secrets of at least 32 bytes each, separated by commas", message);
    }
    assertThrows(IllegalArgumentException.class, () -> SigningKeys.of(List.of()));
  }
}
