package agentcore.compare;

import java.util.List;

/**
 * One row of the table, or several that are measured together.
 *
 * @param name for {@code make bench SCENARIO=name}
 * @param title in the table
 * @param options of the generator
 * @param floor bare writes for comparison
 */
record Scenario(String name, String title, List<String> options, FloorOf floor) {
  /**
   * The bare writes that a scenario is compared with.
   *
   * @param sockets 0 for none
   * @param together frames in one write
   * @param rate rounds per second, 0 for as many as possible
   */
  record FloorOf(int sockets, int together, double rate) {
    static final FloorOf NONE = new FloorOf(0, 0, 0);

    /** Returns a note for its figure. */
    String note() {
      return together == 1 ? "" : " (" + together + " together)";
    }
  }

  static final Scenario ROOM500 =
      new Scenario(
          "room500",
          "500 in one room, saturated",
          words("--conns 500 --senders 5 --warmup 1 --seconds 1"),
          new FloorOf(500, 16, 0));

  static final Scenario TLS =
      new Scenario("tls", "500 in one room, saturated, over wss", ROOM500.options, FloorOf.NONE);

  static final Scenario ROOMS100 =
      new Scenario(
          "rooms100",
          "100 rooms of 10, saturated",
          words("--conns 1000 --rooms 100 --warmup 1 --seconds 1"),
          new FloorOf(1000, 16, 0));

  static final Scenario ECHO =
      new Scenario(
          "echo",
          "100 rooms of one, 32 messages in flight each",
          words("--conns 100 --rooms 100 --warmup 1 --seconds 1"),
          new FloorOf(100, 16, 0));

  static final Scenario PACED =
      new Scenario(
          "paced",
          "500 in one room, 100 messages a second",
          words("--conns 500 --senders 5 --rate 100 --warmup 1 --seconds 1"),
          new FloorOf(500, 1, 100));

  /** Takes longer than others, because the system counts CPU time in steps of 10 ms. */
  static final Scenario SMALL =
      new Scenario(
          "small",
          "a room of 10, 200 messages a second",
          words("--conns 10 --senders 2 --rate 200 --warmup 1 --seconds 3"),
          new FloorOf(10, 1, 200));

  static final Scenario COLD =
      new Scenario(
          "cold",
          "a room of 10, 200 a second, first 25 s of a new server",
          words("--conns 10 --senders 2 --rate 200 --warmup 0 --seconds 25"),
          FloorOf.NONE);

  static final Scenario IDLE =
      new Scenario(
          "idle", "10,000 idle connections", words("--conns 0 --idle 10000"), FloorOf.NONE);

  static final Scenario REDIS =
      new Scenario(
          "redis",
          "500 in one room, saturated, two servers and a Redis",
          ROOM500.options,
          FloorOf.NONE);

  static List<String> words(String text) {
    return List.of(text.split(" "));
  }
}
