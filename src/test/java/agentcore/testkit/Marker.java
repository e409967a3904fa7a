package agentcore.testkit;

import agentcore.core.backend.Backend;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Shows that a server has processed every earlier notice of a store: the notices of one primary
 * arrive in order, so a mark sent now through each primary arrives last.
 */
final class Marker {
  /** One group on each primary of a new cluster of three. No user id contains a slash. */
  private static final List<GroupId> GROUPS =
      Stream.of("/marker0", "/marker1", "/marker4").map(GroupId::user).toList();

  private final List<Mark> marks = GROUPS.stream().map(group -> new Mark()).toList();

  static Marker on(Backend backend) {
    Marker marker = new Marker();
    for (int i = 0; i < GROUPS.size(); i++) {
      backend.log().subscribe(GROUPS.get(i), marker.marks.get(i));
    }
    return marker;
  }

  /** Sends marks and waits until all {@code markers} have received them. */
  static void settle(Backend backend, List<Marker> markers) {
    String mark = UUID.randomUUID().toString();
    GROUPS.forEach(group -> backend.presence().broadcast(group, Notice.everyone(mark)));
    Await.until(
        "all servers to receive the marks",
        () ->
            markers.stream()
                .flatMap(marker -> marker.marks.stream())
                .allMatch(each -> each.received.equals(mark)));
  }

  private static final class Mark implements Subscriber {
    private volatile String received = "";

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
}
