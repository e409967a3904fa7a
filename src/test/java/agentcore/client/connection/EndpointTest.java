package agentcore.client.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "ws/{user}, ws://h/ws/a%20%2B%C3%A4",
    "x/{user}/y, ws://h/x/a%20%2B%C3%A4/y",
    "fixed, ws://h/fixed",
    "ws/{user}?a=b, ws://h/ws/a%20%2B%C3%A4?a=b"
  })
  void pathNamesTheUser(String path, String address) {
    URI uri = new Endpoint("ws://h/", path).address("a +\u00e4", new JsonObject());
    assertEquals(address, uri.toString());
  }

  @Test
  void queryContainsThePositionsToResumeFrom() {
    JsonObject positions = new JsonObject();
    positions.addProperty("epoch", "e&1");
    positions.addProperty("since", 7);
    assertEquals(
        "ws://h/ws/a?epoch=e%261&since=7",
        new Endpoint("ws://h/", Endpoint.PATH).address("a", positions).toString());
    assertEquals(
        "ws://h/ws/a?x=y&epoch=e%261&since=7",
        new Endpoint("ws://h/", "ws/{user}?x=y").address("a", positions).toString());
  }
}
