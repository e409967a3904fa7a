package agentcore.trace;

import java.util.List;
import java.util.Set;

/** The methods in which the path of a message is watched. */
final class Stops {
  /** Type, method, and number of parameters. */
  record Stop(String type, String method, int parameters) {}

  static final List<Stop> ALL =
      List.of(
          new Stop("core.socket.PolledSocket", "receive", 2),
          new Stop("core.transport.ReadLoop", "handle", 1),
          new Stop("core.transport.FrameDecoder", "unmask", 3),
          new Stop("core.dispatch.Dispatcher", "receive", 4),
          new Stop("core.serializer.Serializer", "read", 3),
          new Stop("core.dispatch.Pipeline", "check", 2),
          new Stop("example.Messages", "send", 2),
          new Stop("core.dispatch.ConnectionSession", "publish", 5),
          new Stop("core.group.Group", "publish", 2),
          new Stop("core.backend.memory.MemoryLog", "publish", 4),
          new Stop("core.dispatch.PendingReply", "awaitResult", 0),
          new Stop("core.group.NewsQueue", "onEntry", 2),
          new Stop("core.group.NewsQueue", "flush", 0),
          new Stop("core.group.LogFollower", "accept", 2),
          new Stop("core.group.LogEvents", "frame", 2),
          new Stop("core.group.Members", "gather", 1),
          new Stop("core.group.Members", "offerGathered", 0),
          new Stop("core.connection.Connection", "offer", 1),
          new Stop("core.connection.Outbox", "offer", 1),
          new Stop("core.dispatch.PendingReply", "send", 0),
          new Stop("core.connection.Connection", "reply", 1),
          new Stop("core.connection.Outbox", "put", 1),
          new Stop("core.connection.Flusher", "flush", 1),
          new Stop("core.connection.Flusher", "end", 1),
          new Stop("core.connection.Flusher", "drain", 2),
          new Stop("core.socket.PolledSocket", "tryWrite", 3));

  /** Methods whose second number is a length, not the end. */
  private static final Set<String> WITH_LENGTH =
      Set.of(
          "agentcore.core.transport.FrameDecoder.unmask",
          "agentcore.core.socket.PolledSocket.tryWrite");

  private Stops() {}

  static boolean isLength(String method) {
    return WITH_LENGTH.contains(method);
  }
}
