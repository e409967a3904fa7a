package agentcore.core.security;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the address that a request comes from. Each proxy appends the address of its own client to
 * {@code X-Forwarded-For}. Read from the right, everything behind the first untrusted address may
 * be forged.
 */
public final class TrustedProxies {
  private static final String ENTRY =
      "must be addresses or networks such as 10.0.0.0/8, separated by commas";

  private final List<Network> networks;

  private TrustedProxies(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /**
   * Parses a list of addresses and networks separated by commas, or the empty text.
   *
   * @throws IllegalArgumentException if an entry is malformed; its message says what is expected
   */
  public static TrustedProxies parse(String list) {
    List<Network> networks = new ArrayList<>();
    if (!list.isEmpty()) {
      for (String entry : list.split(",", -1)) {
        networks.add(
            Network.parse(entry.strip()).orElseThrow(() -> new IllegalArgumentException(ENTRY)));
      }
    }
    return new TrustedProxies(networks);
  }

  /**
   * Returns the client's address: from the peer on, and then from right to left, the first address
   * that is not trusted, or the last one before a malformed entry.
   *
   * @param peer the address that the connection comes from
   * @param forwardedFor the header {@code X-Forwarded-For}, empty if there is none
   */
  public InetAddress client(InetAddress peer, String forwardedFor) {
    InetAddress client = peer;
    String[] hops = forwardedFor.split(",", -1);
    for (int i = hops.length - 1; i >= 0 && isTrusted(client); i--) {
      Optional<InetAddress> next = Network.address(hops[i].strip());
      if (next.isEmpty()) {
        return client;
      }
      client = next.get();
    }
    return client;
  }

  private boolean isTrusted(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }
}
