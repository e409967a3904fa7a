package agentcore.core.auth;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a request really comes from. Each proxy adds the address of whom it serves at the right of
 * {@code X-Forwarded-For}; what stands left of the first proxy that is not trusted, anybody may
 * have written.
 */
public final class TrustedProxies {
  private static final String ENTRY =
      "must be addresses or networks such as 10.0.0.0/8, separated by commas";

  private final List<Network> networks;

  private TrustedProxies(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /**
   * Reads a list: addresses and networks separated by commas, or nothing.
   *
   * @throws IllegalArgumentException saying what it must be
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
   * Returns the client's address: going from the peer leftwards, the first that is not trusted, or
   * the last that can be read.
   *
   * @param peer who opened the connection
   * @param forwardedFor the header {@code X-Forwarded-For}, empty where there is none
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
