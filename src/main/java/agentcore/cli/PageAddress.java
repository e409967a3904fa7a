package agentcore.cli;

import agentcore.core.Config;
import agentcore.core.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Optional;

/** The address of the chat page, as another machine reaches it. */
final class PageAddress {
  /**
   * An address that no machine has (RFC 5737), on the way to which a packet takes the default
   * route.
   */
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("203.0.113.1", 9);

  private PageAddress() {}

  /** Returns the address without a path, such as {@code http://192.168.1.5:8000}. */
  static String of(Config config, int port) {
    String scheme = config.text(Setting.TLS_KEYSTORE).isEmpty() ? "http" : "https";
    String host = config.text(Setting.HOST);
    boolean isOpen = host(config).filter(InetAddress::isAnyLocalAddress).isPresent();
    return scheme + "://" + authority(isOpen ? network().getHostAddress() : host, port);
  }

  /** Returns whether only programs on this machine reach the address. */
  static boolean isLocal(Config config) {
    return host(config).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** Brackets IPv6 addresses, and encodes the percent sign before an interface (RFC 6874). */
  static String authority(String host, int port) {
    String shown = host.indexOf(':') < 0 ? host : '[' + host.replace("%", "%25") + ']';
    return shown + ':' + port;
  }

  private static Optional<InetAddress> host(Config config) {
    try {
      return Optional.of(InetAddress.getByName(config.text(Setting.HOST)));
    } catch (UnknownHostException unknown) {
      return Optional.empty();
    }
  }

  /** Returns this machine's address in its network; the loopback address if it has no network. */
  private static InetAddress network() {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(ELSEWHERE); // chooses a route, and sends nothing
      InetAddress address = socket.getLocalAddress();
      if (!address.isAnyLocalAddress() && !address.isLoopbackAddress()) {
        return address;
      }
    } catch (SocketException | UncheckedIOException noRoute) {
      // the machine may be in a network without a way out
    }
    return firstAddress().orElse(InetAddress.getLoopbackAddress());
  }

  private static Optional<InetAddress> firstAddress() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
          .findFirst();
    } catch (IOException none) {
      return Optional.empty();
    }
  }
}
