package agentcore.core.security;

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
    "ws://127.0.0.1:8000,            127.0.0.1:8000,        true",
    "wss://chat.example.com,         chat.example.com,      true",
    "wss://chat.example.com:443,     chat.example.com,      true",
    "ws://chat.example.com,          chat.example.com:80,   true",
    "http://[0:0:0:0:0:0:0:1]:8000,  [::1]:8000,            true",
    "ws://chat.example.com,          chat.example.com:443,  false",
    "wss://chat.example.com,         chat.example.com:80,   false",
    "ws://evil.example,              chat.example.com,      false",
    "wsx://chat.example.com,         chat.example.com,      false",
    "http://[::2]:8000,              [::1]:8000,            false",
    "http://[:::]:8000,              [:::]:8000,            false",
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
  void allowsPagesOfTheSameHostAndPort(String origin, String host, boolean allowed) {
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
  void allowsListedPagesEverywhere(String origin, boolean allowed) {
    Origins named = Origins.parse("https://example.com , http://APP.example.com:3000,app://native");
    assertEquals(allowed, named.allow(origin, "chat.example.net"));
    assertTrue(named.allow("https://chat.example.net", "chat.example.net"), "and its own");
  }

  @Test
  void starAllowsAllOriginsIncludingNull() {
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
        "https://*.example.com",
        "https://*",
        "https://example.com/*",
        "https://example.com:*",
        "https://.*[.]example[.]com",
        "https://example.com:0443",
        "https://example.com:0",
        "https://example.com:99999",
        "https://example.com?",
        "https://user@example.com",
        "https://b\u00fccher.example",
        "https://ex%61mple.com",
        "'https://example.com'",
        "\"https://example.com\"",
        "https://127.1",
        "https://0x7f.0.0.1",
        "https://[:::]",
        "https:/example.com",
        "https:example.com",
        "//example.com",
        "https://",
        "file://",
        " "
      })
  void refusesMalformedLists(String list) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Origins.parse(list));
    assertTrue(e.getMessage().startsWith("must be origins such as https://example.com"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://*.example.com,          name each origin in full",
    "https://example.com/,           has a path or a trailing slash",
    "https://example.com/chat,       has a path or a trailing slash",
    "example.com,                    does not begin with https:// or http://",
    "'https://a.example,*',          * must be the only entry",
    "'https://a.example,',           an entry is empty",
    "https://b\u00fccher.example,     is not written as browsers send it"
  })
  void reportsWhyAnEntryCannotMatch(String list, String reason) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Origins.parse(list));
    assertTrue(e.getMessage().endsWith(reason), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "https://[0:0:0:0:0:0:0:1]:8000,  http://[::1]:8000,  false",
    "http://[0:0:0:0:0:0:0:1]:8000,   http://[::1]:8000,  true",
    "HTTPS://EXAMPLE.COM:443,         https://example.com, true",
    "https://a_b.example,             https://a_b.example, true",
    "chrome-extension://abcdef,       chrome-extension://abcdef, true"
  })
  void matchesEntriesInEverySpelling(String list, String origin, boolean allowed) {
    assertEquals(allowed, Origins.parse(list).allow(origin, "chat.example.net"));
  }
}
