package agentcore.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.auth.Forged;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Everything that a server logs from start to stop, at level DEBUG. */
class SecrecyTest {
  private static List<String> headers(String token) {
    return List.of(
        "Authorization: Bearer " + token,
        "Sec-WebSocket-Protocol: agentcore, bearer." + token,
        "Cookie: token=" + token);
  }

  private static void connect(int port, String path, String header) {
    try (RawClient client = RawClient.open(port)) {
      client.sendUpgrade(path, header);
      client.readHead();
      client.send("{\"type\":\"ping\"}");
      client.send("nonsense");
      client.shutdownOutput(); // a reset could destroy the messages before they are read
      client.readToEnd();
    }
  }

  private static void request(int port, String request) {
    try (RawClient client = RawClient.open(port)) {
      client.sendBytes(request.getBytes(StandardCharsets.ISO_8859_1));
      client.readToEnd();
    }
  }

  @Test
  void logContainsNoTokenAndNoSecret() {
    Map<String, String> settings =
        Map.of("LOG_LEVEL", "DEBUG", "AUTH_SECRET", Forged.SECRET, "ALLOWED_ORIGINS", "http://a.b");
    String good = Forged.token("alice", Instant.now().plusSeconds(3600));
    String late = Forged.token("alice", Instant.now().minusSeconds(3600));
    List<String> tokens =
        List.of(good, late, good + "AAAA", good + "%41", "nonsense-that-no-one-is");
    String output;
    try (ServerProcess server = ServerProcess.start(settings)) {
      int port = server.port();
      for (String token : tokens) {
        for (String user : List.of("alice", "bob")) {
          headers(token).forEach(header -> connect(port, "/ws/" + user, header));
          connect(port, "/ws/" + user + "?token=" + token, "X: y");
          connect(port, "/ws/" + user + "?token=" + token, "Origin: https://evil.example");
        }
        for (String target : List.of("/", "/ws/%2F", "/elsewhere", "//", "/ws/alice")) {
          String line = target + "?token=" + token + " HTTP/1.1\r\n";
          request(port, "GET " + line + "Host: x\r\nConnection: close\r\n\r\n");
          request(port, "POST " + line + "Host: x\r\nConnection: close\r\n\r\n");
          request(port, "GET " + line + "Authorization: Bearer " + token + "\r\n\r\n");
          request(port, "GET " + line + "Host: x\r\nBro ken: " + token + "\r\n\r\n");
        }
      }
      server.terminate();
      assertEquals(0, server.awaitExit(Await.DEADLINE));
      output = server.output();
    }
    assertTrue(output.contains("INFO ConnectionLog: refused connection="), output);
    assertTrue(output.contains("INFO Gate: refused origin="), output);
    assertTrue(output.contains("message type=ping"), output);
    List<String> secrets = new ArrayList<>(List.of(Forged.SECRET, "nonsense-that", "token="));
    tokens.forEach(token -> secrets.addAll(List.of(token.split("[.%]"))));
    secrets.removeIf(part -> part.length() < 5);
    secrets.forEach(secret -> assertFalse(output.contains(secret), secret + " in " + output));
  }
}
