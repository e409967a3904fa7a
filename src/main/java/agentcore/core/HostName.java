package agentcore.core;

import agentcore.core.security.Network;
import java.util.regex.Pattern;

/** A host in a setting: a name, an IPv4 address, or an IPv6 address with or without brackets. */
final class HostName {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}\\p{Nd}._-]+");

  /** RFC 4007 section 11: an interface may follow a percent sign. */
  private static final Pattern IPV6 = Pattern.compile("([^%]*:[^%]*)(%[\\w.-]+)?");

  private HostName() {}

  /** Returns a host without the brackets of an IPv6 address in a URL. */
  static String normal(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return bracketed && isIpv6(inner(host)) ? inner(host) : host;
  }

  /** Tests the form of a host; looks nothing up. */
  static boolean isValid(String host) {
    return NAME.matcher(host).matches() || isIpv6(host);
  }

  private static String inner(String host) {
    return host.substring(1, host.length() - 1);
  }

  private static boolean isIpv6(String host) {
    var parts = IPV6.matcher(host);
    return parts.matches() && Network.address(parts.group(1)).isPresent();
  }
}
