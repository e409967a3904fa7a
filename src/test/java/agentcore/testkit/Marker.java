package agentcore.testkit;

import agentcore.core.backend.Backend;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import java.util.List;
import java.util.UUID;

/**
 * Shows that a server has processed every earlier notice of a store: notices arrive in order, so a
 * mark sent now arrives last.
 */
final class Marker implements Subscriber {
  /** No user id contains a slash. */
  private static final GroupId GROUP = GroupId.user("/marker");

  private volatile String received = "";

  static Marker on(Backend backend) {
    Marker marker = new Marker();
    backend.log().subscribe(GROUP, marker);
    return marker;
  }

  /** Sends a mark and waits until all {@code markers} have received it. */
  static void settle(Backend backend, List<Marker> markers) {
    String mark = UUID.randomUUID().toString();
    backend.presence().broadcast(GROUP, Notice.everyone(mark));
    Await.until(
        "all servers to receive the mark",
        () -> markers.stream().allMatch(marker -> marker.received.equals(mark)));
  }

  @Override
  public void onNotice(Notice notice) {
    received = notice.text();
  }

  @Override
  public void onEntry(Entry entry, String previousId) {}

  @Override
  public void flush() {}

  @Override
  public void onGap() {}
}
