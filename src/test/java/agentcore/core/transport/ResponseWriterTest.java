package agentcore.core.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResponseWriterTest {
  @Test
  void headContainsTheLengthOfTheBody() {
    String answer = new String(ResponseWriter.head(HttpResponse.text(200, "x"), true), ISO_8859_1);
    assertEquals(Optional.of("Content-Length: 2"), line(answer, "Content-Length"));
    assertEquals("\r\n\r\n", answer.substring(answer.length() - 4));
  }

  @Test
  void notModifiedHasNoLength() {
    HttpResponse same = new HttpResponse(304, Map.of("ETag", "W/\"x\""), new byte[0]);
    String answer = new String(ResponseWriter.head(same, true), ISO_8859_1);
    assertEquals(Optional.empty(), line(answer, "Content-Length"));
  }

  @Test
  void lastResponseSaysThatTheConnectionCloses() {
    HttpResponse done = new HttpResponse(204, Map.of(), new byte[0]);
    String kept = new String(ResponseWriter.head(done, true), ISO_8859_1);
    String last = new String(ResponseWriter.head(done, false), ISO_8859_1);
    assertEquals(Optional.empty(), line(kept, "Connection"));
    assertEquals(Optional.of("Connection: close"), line(last, "Connection"));
    assertEquals(Optional.empty(), line(kept, "Content-Length"));
  }

  private static Optional<String> line(String answer, String name) {
    return answer.lines().filter(line -> line.startsWith(name + ":")).findFirst();
  }
}
