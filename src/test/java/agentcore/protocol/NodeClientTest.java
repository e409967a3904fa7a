package agentcore.protocol;

import java.util.List;

/** The built-in WebSocket of Node 20.10 and later. */
class NodeClientTest extends ForeignClientContract {
  @Override
  List<String> probe() {
    return List.of("node", "--experimental-websocket", "--eval", "WebSocket.name");
  }

  @Override
  List<String> client() {
    return List.of("node", "--experimental-websocket", script("client.mjs"));
  }
}
