package agentcore.testkit;

import agentcore.core.backend.Backend;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import java.util.List;
import java.util.UUID;

/**
 * Tells whether a server has heard all that a store was told before: a mark that is told now comes
 * last.
 */
final class Marker implements Subscriber {
  /** No user has a slash in the name. */
  private static final GroupId GROUP = GroupId.user("/marker");

  private volatile String heard = "";

  static Marker on(Backend backend) {
    Marker marker = new Marker();
    backend.log().subscribe(GROUP, marker);
    return marker;
  }

  /** Waits until each of {@code markers} has heard a mark that is told now. */
  static void settle(Backend backend, List<Marker> markers) {
    String mark = UUID.randomUUID().toString();
    backend.presence().broadcast(GROUP, Notice.everyone(mark));
    Await.until(
        "all servers to have heard the news",
        () -> markers.stream().allMatch(marker -> marker.heard.equals(mark)));
  }

  @Override
  public void onNotice(Notice signal) {
    heard = signal.text();
  }

  @Override
  public void onEntry(Entry entry, String previousId) {}

  @Override
  public void flush() {}

  @Override
  public void onGap() {}
}
