package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AddressLimitTest {
  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  @Test
  void soManyAreLetInAndOneMoreForEachThatLeaves() throws UnknownHostException {
    AddressLimit limit = new AddressLimit(2);
    InetAddress one = address("192.0.2.1");
    assertTrue(limit.enter(one));
    assertTrue(limit.enter(one));
    assertFalse(limit.enter(one));
    assertFalse(limit.enter(one), "a refusal takes no place");
    assertTrue(limit.enter(address("192.0.2.2")), "another is not concerned");
    limit.leave(one);
    assertTrue(limit.enter(one));
    assertFalse(limit.enter(one));
  }

  @Test
  void anIpv6NetworkOf64BitsIsOneAddress() throws UnknownHostException {
    AddressLimit limit = new AddressLimit(1);
    assertTrue(limit.enter(address("2001:db8:1:1::1")));
    assertFalse(limit.enter(address("2001:db8:1:1:ffff:ffff:ffff:ffff")));
    assertTrue(limit.enter(address("2001:db8:1:2::1")));
    limit.leave(address("2001:db8:1:1:a::b"));
    assertTrue(limit.enter(address("2001:db8:1:1::2")));
    assertTrue(limit.enter(address("32.1.13.184")), "the same bytes as IPv4");
  }

  @Test
  void zeroIsNoLimit() throws UnknownHostException {
    AddressLimit limit = new AddressLimit(0);
    for (int i = 0; i < 1000; i++) {
      assertTrue(limit.enter(address("192.0.2.1")));
    }
  }

  @Test
  void whoIsGoneIsForgotten() throws UnknownHostException {
    AddressLimit limit = new AddressLimit(1);
    for (int i = 0; i < 256; i++) {
      assertTrue(limit.enter(address("192.0.2." + i)));
      assertFalse(limit.enter(address("192.0.2." + i)));
    }
    assertEquals(256, limit.size());
    for (int i = 0; i < 256; i++) {
      limit.leave(address("192.0.2." + i));
    }
    assertEquals(0, limit.size());
  }
}
