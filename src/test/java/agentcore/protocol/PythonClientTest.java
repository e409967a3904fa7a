package agentcore.protocol;

import agentcore.testkit.process.Python;
import java.util.List;

/** The widely used Python package websockets. */
class PythonClientTest extends ForeignClientContract {
  private static final String PYTHON = Python.withWebSockets().orElse("python3");

  @Override
  List<String> probe() {
    return List.of(PYTHON, "-c", "import websockets");
  }

  @Override
  List<String> client() {
    return List.of(PYTHON, script("client.py"));
  }
}
