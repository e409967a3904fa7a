package agentcore.protocol;

import java.util.List;

/** The widely used Python package websockets. */
class PythonClientTest extends ForeignClientContract {
  @Override
  List<String> probe() {
    return List.of("python3", "-c", "import websockets");
  }

  @Override
  List<String> client() {
    return List.of("python3", script("client.py"));
  }
}
