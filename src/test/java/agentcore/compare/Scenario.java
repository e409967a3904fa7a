package agentcore.compare;

import java.util.List;

/**
 * One row of the table.
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

  static final List<Scenario> DELIVERY =
      List.of(
          new Scenario(
              "room500",
              "500 in one room, saturated",
              words("--conns 500 --senders 5"),
              new FloorOf(500, 16, 0)),
          new Scenario(
              "rooms100",
              "100 rooms of 10, saturated",
              words("--conns 1000 --rooms 100"),
              new FloorOf(1000, 16, 0)),
          new Scenario(
              "paced100",
              "500 in one room, 100 messages a second",
              words("--conns 500 --senders 5 --rate 100"),
              new FloorOf(500, 1, 100)),
          new Scenario(
              "paced200",
              "500 in one room, 200 messages a second",
              words("--conns 500 --senders 5 --rate 200"),
              new FloorOf(500, 1, 200)),
          new Scenario(
              "echo",
              "100 rooms of one, 32 messages in flight each",
              words("--conns 100 --rooms 100"),
              new FloorOf(100, 16, 0)),
          new Scenario(
              "small",
              "a room of 10, 200 messages a second",
              words("--conns 10 --senders 2 --rate 200"),
              new FloorOf(10, 1, 200)));

  static final Scenario BESIDE =
      new Scenario(
          "beside",
          "the same beside 10,000 idle connections",
          words("--conns 10 --senders 2 --rate 200 --idle 10000"),
          FloorOf.NONE);

  static final Scenario IDLE =
      new Scenario(
          "idle", "10,000 idle connections", words("--conns 0 --idle 10000"), FloorOf.NONE);

  static final Scenario REDIS =
      new Scenario(
          "redis",
          "500 in one room, saturated, two servers and a Redis",
          words("--conns 500 --senders 5"),
          FloorOf.NONE);

  static List<String> words(String text) {
    return List.of(text.split(" "));
  }
}
