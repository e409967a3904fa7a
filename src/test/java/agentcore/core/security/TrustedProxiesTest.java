package agentcore.core.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static InetAddress address(String literal) {
    return Network.address(literal).orElseThrow(() -> new AssertionError(literal));
  }

  private static String client(String trusted, String peer, String forwardedFor) {
    return TrustedProxies.parse(trusted).client(address(peer), forwardedFor).getHostAddress();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,   '',                                  10.0.0.1",
    "10.0.0.1,   203.0.113.7,                         203.0.113.7",
    "10.0.0.1,   '1.1.1.1, 203.0.113.7',              203.0.113.7",
    "10.0.0.1,   '1.1.1.1,203.0.113.7 , 10.9.9.9',    203.0.113.7",
    "10.0.0.1,   '1.1.1.1, 10.2.2.2, 203.0.113.7',    203.0.113.7",
    "10.0.0.1,   '10.3.3.3, 10.2.2.2',                10.3.3.3",
    "192.0.2.1,  203.0.113.7,                         203.0.113.7",
    "192.0.2.2,  203.0.113.7,                         192.0.2.2",
    "11.0.0.1,   203.0.113.7,                         11.0.0.1",
    "10.0.0.1,   unknown,                             10.0.0.1",
    "10.0.0.1,   '203.0.113.7, unknown',              10.0.0.1",
    "10.0.0.1,   '203.0.113.7, ',                     10.0.0.1",
    "10.0.0.1,   '203.0.113.7, unknown, 10.2.2.2',    10.2.2.2",
    "10.0.0.1,   localhost,                           10.0.0.1",
    "10.0.0.1,   203.0.113.7:1234,                    10.0.0.1",
    "10.0.0.1,   2001:db8::7,                         2001:db8:0:0:0:0:0:7",
    "fd00::1,    203.0.113.7,                         203.0.113.7",
    "fe00::1,    203.0.113.7,                         fe00:0:0:0:0:0:0:1",
    "10.0.0.1,   '203.0.113.7, ::ffff:10.2.2.2',      203.0.113.7"
  })
  void clientIsTheFirstUntrustedAddressFromTheRight(
      String peer, String forwardedFor, String expected) {
    assertEquals(expected, client("10.0.0.0/8, 192.0.2.1, fd00::/8", peer, forwardedFor));
  }

  @Test
  void ignoresTheHeaderWithoutTrustedProxies() {
    assertEquals("127.0.0.1", client("", "127.0.0.1", "203.0.113.7"));
  }

  @Test
  void readsLongHeaderOnlyAsFarAsItIsTrusted() {
    assertEquals(
        "203.0.113.7", client("10.0.0.0/8", "10.0.0.1", "x,".repeat(4000) + "203.0.113.7"));
    assertEquals(
        "10.2.2.2", client("10.0.0.0/8", "10.0.0.1", "10.2.2.2,".repeat(900) + "10.1.1.1"));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,      10.255.255.255,   true",
    "10.0.0.0/8,      11.0.0.0,         false",
    "10.1.2.3/8,      10.9.9.9,         true",
    "192.0.2.128/25,  192.0.2.128,      true",
    "192.0.2.128/25,  192.0.2.127,      false",
    "192.0.2.7,       192.0.2.7,        true",
    "192.0.2.7/32,    192.0.2.6,        false",
    "192.0.2.6/31,    192.0.2.7,        true",
    "0.0.0.0/0,       8.8.8.8,          true",
    "0.0.0.0/0,       ::1,              false",
    "::/0,            ::1,              true",
    "::/0,            8.8.8.8,          false",
    "2001:db8::/33,   2001:db8:7fff::1, true",
    "2001:db8::/33,   2001:db8:8000::1, false",
    "::1,             ::1,              true",
    "::1/128,         ::2,              false",
    "::ffff:10.0.0.1, 10.0.0.1,         true"
  })
  void networkContainsAddressesWithItsPrefix(String network, String address, boolean holds) {
    assertEquals(holds, Network.parse(network).orElseThrow().contains(address(address)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "localhost",
        "example.com",
        "abc",
        "dead.beef",
        "10.0.0",
        "10.0.0.0.0",
        "10",
        "010.0.0.1",
        "10.0.0.256",
        "0x0a.0.0.1",
        "10.0.0.1/33",
        "10.0.0.1/-1",
        "10.0.0.1/",
        "10.0.0.1/8/8",
        "10.0.0.1/255.0.0.0",
        "::1/129",
        ":::",
        ".:",
        "1:2",
        "fe80::1%eth0",
        "[::1]",
        "::ffff:10.0.0.1/104",
        "10.0.0.1,",
        "10.0.0.1 10.0.0.2",
        "\u0661.1.1.1"
      })
  void refusesMalformedAddressesWithoutAskingNameServer(String list) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> TrustedProxies.parse(list));
    assertTrue(e.getMessage().startsWith("must be addresses or networks such as 10.0.0.0/8"));
  }
}
