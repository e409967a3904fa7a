package agentcore.core.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
  private static final Origins NONE = Origins.parse("");

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8000,          127.0.0.1:8000,        true",
    "http://localhost:8000,          localhost:8000,        true",
    "http://[::1]:8000,              [::1]:8000,            true",
    "HTTP://LocalHost:8000,          localHOST:8000,        true",
    "https://chat.example.com,       chat.example.com,      true",
    "https://chat.example.com,       chat.example.com:443,  true",
    "https://chat.example.com:443,   chat.example.com,      true",
    "http://chat.example.com,        chat.example.com,      true",
    "http://chat.example.com,        chat.example.com:80,   true",
    "https://chat.example.com:8443,  chat.example.com:8443, true",
    "http://localhost:8000,          127.0.0.1:8000,        false",
    "http://127.0.0.1:8000,          127.0.0.1:8001,        false",
    "http://127.0.0.1,               127.0.0.1:8000,        false",
    "http://127.0.0.1:8000,          127.0.0.1,             false",
    "https://chat.example.com,       chat.example.com:80,   false",
    "http://chat.example.com,        chat.example.com:443,  false",
    "http://chat.example.com:443,    chat.example.com,      false",
    "https://example.com,            chat.example.com,      false",
    "https://chat.example.com,       example.com,           false",
    "https://evilexample.com,        example.com,           false",
    "https://example.com.evil.com,   example.com,           false",
    "https://example.com@evil.com,   example.com,           false",
    "https://evil.com/example.com,   example.com,           false",
    "https://example.com/,           example.com,           false",
    "https://example.com?,           example.com,           false",
    "https://example.com:,           example.com,           false",
    "https://example.com:443x,       example.com,           false",
    "https://example.com:0443,       example.com,           false",
    "https://example.com:999999,     example.com:999999,    false",
    "'https://example.com, https://example.com', example.com, false",
    "' https://example.com',         example.com,           false",
    "example.com,                    example.com,           false",
    "//example.com,                  example.com,           false",
    "ftp://example.com,              example.com,           false",
    "file://,                        '',                    false",
    "http://,                        '',                    false",
    "null,                           null,                  false",
    "'',                             '',                    false",
    "https://example.com,            '',                    false",
    "https://example.com,            evil.com@example.com,  false"
  })
  void aPageMayConnectToItsOwnHostAndPort(String origin, String host, boolean allowed) {
    assertEquals(allowed, NONE.allow(origin, host));
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com,           true",
    "HTTPS://Example.COM,           true",
    "https://example.com:443,       true",
    "http://app.example.com:3000,   true",
    "app://native,                  true",
    "http://example.com,            false",
    "https://example.com:8443,      false",
    "https://www.example.com,       false",
    "https://notexample.com,        false",
    "https://example.com.evil.org,  false",
    "http://app.example.com,        false",
    "app://other,                   false",
    "null,                          false"
  })
  void aPageThatIsNamedMayConnectAnywhere(String origin, boolean allowed) {
    Origins named = Origins.parse("https://example.com , http://APP.example.com:3000,app://native");
    assertEquals(allowed, named.allow(origin, "chat.example.net"));
    assertTrue(named.allow("https://chat.example.net", "chat.example.net"), "and its own");
  }

  @Test
  void aStarAllowsAllEvenPagesOfNobody() {
    Origins all = Origins.parse("*");
    assertTrue(all.allow("https://evil.example", "chat.example.com"));
    assertTrue(all.allow("null", "chat.example.com"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "example.com",
        "*.example.com",
        "https://example.com/",
        "https://example.com/chat",
        "https://example.com,",
        ",https://example.com",
        "https://example.com,*",
        "https://example.com https://example.org",
        " "
      })
  void whatIsNoListOfOriginsIsRefused(String list) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Origins.parse(list));
    assertTrue(e.getMessage().startsWith("must be origins such as https://example.com"));
  }
}
