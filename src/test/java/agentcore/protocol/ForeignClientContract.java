package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.protocol.transcript.Expectation;
import agentcore.testkit.Await;
import agentcore.testkit.TestServer;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A foreign WebSocket client has the same conversation in any language. */
abstract class ForeignClientContract {
  private static final String CONVERSATION =
      """
      alice {"type":"welcome","message":"*","user_id":"*alice","username":"alice","rooms":["lobby"],"seq":0,"epoch":"*e"}
      bob smith {"type":"welcome","message":"*","user_id":"*bob","username":"bob smith","rooms":["lobby"],"seq":0,"epoch":"$e"}
      alice {"type":"user_joined_room","user_id":"$bob","username":"bob smith","room":"lobby"}
      alice {"type":"room_created","room":"den","is_public":true,"id":"c"}
      alice {"type":"room_joined","room":"den","seq":0,"epoch":"*den","id":"c"}
      alice {"type":"room_info","room":"den","user_count":1,"created_by":"alice","is_public":true,"id":"c"}
      bob smith {"type":"room_joined","room":"den","seq":0,"epoch":"$den"}
      bob smith {"type":"room_info","room":"den","user_count":2,"created_by":"alice","is_public":true}
      alice {"type":"user_joined_room","user_id":"$bob","username":"bob smith","room":"den"}
      alice {"type":"chat_message","user_id":"$alice","username":"alice","room":"den","text":"häh? 😀","seq":1,"epoch":"$den","message_id":"*m"}
      bob smith {"type":"chat_message","user_id":"$alice","username":"alice","room":"den","text":"häh? 😀","seq":1,"epoch":"$den","message_id":"$m"}
      bob smith {"type":"private_message_sent","to_user_id":"alice","to_username":"alice","text":"psst","seq":1,"epoch":"*","message_id":"*","id":"p"}
      alice {"type":"private_message","from_user_id":"$bob","from_username":"bob smith","to_user_id":"alice","to_username":"alice","text":"psst","seq":1,"epoch":"*","message_id":"*"}
      bob smith {"type":"message_history","room":"den","messages":["*"],"seq":1,"epoch":"$den"}
      bob smith {"type":"error","message":"Message too long (max 1000 characters)","message_type":"chat_message","error_code":"VALIDATION_FAILED","retryable":false,"id":"e"}
      alice closed 1000
      bob smith {"type":"user_left","user_id":"$alice","username":"alice","room":"*first"}
      bob smith {"type":"user_left","user_id":"$alice","username":"alice","room":"*second"}
      bob smith closed 1003
      """;

  @TempDir Path folder;

  /** Returns a command that succeeds if the client is available. */
  abstract List<String> probe();

  /** Returns the client's command, to which the server's address is appended. */
  abstract List<String> client();

  static String script(String name) {
    return Path.of("src", "test", "resources", "clients", name).toString();
  }

  @Test
  void completesWholeConversation() throws Exception {
    String missing = String.join(" ", probe()) + " is not available";
    assumeTrue(run(probe(), Redirect.DISCARD).isPresent(), missing);
    Expectation expectation = new Expectation(); // created before any frame: it checks timestamps
    try (TestServer server = TestServer.start()) {
      String address = "ws://127.0.0.1:" + server.port();
      List<String> command = Stream.concat(client().stream(), Stream.of(address)).toList();
      List<String> received = run(command, Redirect.INHERIT).orElseThrow().lines().toList();
      List<String> expected = CONVERSATION.lines().toList();
      for (int i = 0; i < Math.min(expected.size(), received.size()); i++) {
        assertReceived(expectation, expected.get(i), received.get(i));
      }
      assertEquals(expected.size(), received.size(), () -> "lines: " + received);
    }
  }

  private static void assertReceived(Expectation expectation, String expected, String received) {
    int brace = expected.indexOf('{');
    if (brace < 0) {
      assertEquals(expected, received);
    } else {
      assertEquals(
          expected.substring(0, brace), received.substring(0, Math.min(brace, received.length())));
      var difference =
          expectation.difference(
              JsonParser.parseString(expected.substring(brace)),
              JsonParser.parseString(received.substring(brace)));
      assertEquals(Optional.empty(), difference, received);
    }
  }

  /** Returns the output of a command; empty if it fails or does not exist. */
  private Optional<String> run(List<String> command, Redirect errors)
      throws IOException, InterruptedException {
    Path printed = folder.resolve("printed");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(printed.toFile()).redirectError(errors);
    Process process;
    try {
      process = builder.start();
    } catch (IOException notThere) {
      return Optional.empty();
    }
    try {
      boolean ended = process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
      return ended && process.exitValue() == 0
          ? Optional.of(Files.readString(printed))
          : Optional.empty();
    } finally {
      process.destroyForcibly();
    }
  }
}
