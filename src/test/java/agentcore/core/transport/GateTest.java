package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.http.HttpRequest;
import agentcore.core.security.Origins;
import agentcore.core.security.TrustedProxies;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The limit per address; origins, proxies and tokens are tested over real sockets. */
class GateTest {
  private static final HttpRequest REQUEST = new HttpRequest("GET", "/ws/a", "", Map.of());

  private static Gate gate(int maxPerAddress) {
    return new Gate(Optional.empty(), Origins.parse(""), TrustedProxies.parse(""), maxPerAddress);
  }

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  private static boolean enters(Gate gate, String address) throws UnknownHostException {
    InetAddress peer = address(address);
    try {
      assertEquals(peer, gate.enter(REQUEST, peer));
      return true;
    } catch (HttpException refusal) {
      assertEquals(429, refusal.response().status());
      return false;
    }
  }

  @Test
  void addressOverItsLimitIsRefusedUntilAConnectionEnds() throws UnknownHostException {
    Gate gate = gate(2);
    String one = "192.0.2.1";
    assertTrue(enters(gate, one));
    assertTrue(enters(gate, one));
    assertFalse(enters(gate, one));
    assertFalse(enters(gate, one), "a refused connection is not counted");
    assertTrue(enters(gate, "192.0.2.2"), "another address is not affected");
    gate.leave(address(one));
    assertTrue(enters(gate, one));
    assertFalse(enters(gate, one));
  }

  @Test
  void addressesOfOneIpv6NetworkShareALimit() throws UnknownHostException {
    Gate gate = gate(1);
    assertTrue(enters(gate, "2001:db8:1:1::1"));
    assertFalse(enters(gate, "2001:db8:1:1:ffff:ffff:ffff:ffff"));
    assertTrue(enters(gate, "2001:db8:1:2::1"));
    gate.leave(address("2001:db8:1:1:a::b"));
    assertTrue(enters(gate, "2001:db8:1:1::2"));
    assertTrue(enters(gate, "32.1.13.184"), "the same bytes as IPv4");
  }

  @Test
  void zeroIsNoLimit() throws UnknownHostException {
    Gate gate = gate(0);
    for (int i = 0; i < 1000; i++) {
      assertTrue(enters(gate, "192.0.2.1"));
    }
  }

  @Test
  void addressWithoutConnectionsTakesNoMemory() throws UnknownHostException {
    Gate gate = gate(1);
    for (int i = 0; i < 256; i++) {
      assertTrue(enters(gate, "192.0.2." + i));
      assertFalse(enters(gate, "192.0.2." + i));
    }
    assertEquals(256, gate.networks());
    for (int i = 0; i < 256; i++) {
      gate.leave(address("192.0.2." + i));
    }
    assertEquals(0, gate.networks());
  }
}
