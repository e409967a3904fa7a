package agentcore.autobahn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.consumer.Consumer;
import agentcore.core.message.Event;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A server that echoes, on which the cases are run one after the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EchoingServer {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "RATE_LIMIT_MESSAGES",
          "0",
          "WS_MAX_MESSAGE_SIZE",
          "" + 1024 * 1024,
          "MAX_CONNECTIONS_PER_CLIENT",
          "1000",
          "SEND_QUEUE_BYTES",
          "" + 4 * 1024 * 1024);

  private TestServer server;

  @BeforeAll
  void start() {
    server =
        TestServer.start(
            SETTINGS,
            Consumer.of(
                "echo",
                (session, message) -> {
                  String text = message.data().string("text").orElse("");
                  session.reply(message, Event.of("echo").with("text", text));
                }));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  RawClient connect() {
    return server.connect("autobahn");
  }

  void play(Case each) {
    try (RawClient client = connect()) {
      send(client, each);
      for (String answer : each.answers()) {
        assertEquals(answer, told(client.nextFrame(Await.DEADLINE).orElseThrow()));
      }
      if (each.code() == Case.OPEN) {
        assertEquals(1000, client.closeNormally().code());
      } else {
        assertEquals(each.code(), client.expectClose().code());
      }
    }
  }

  private static void send(RawClient client, Case each) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      for (RawFrame frame : each.frames()) {
        switch (each.chops()) {
          case ALL -> all.writeBytes(frame.encode());
          case FRAMES -> client.send(frame);
          case OCTETS -> sendOctets(client, frame.encode());
        }
      }
      client.sendBytes(all.toByteArray());
    } catch (UncheckedIOException closed) {
      // the server closed the connection before everything was sent; its close frame says why
    }
  }

  /** Sends byte by byte, except in the middle of a long frame. */
  private static void sendOctets(RawClient client, byte[] bytes) {
    int step = bytes.length > 1000 ? 997 : 1;
    for (int from = 0; from < bytes.length; from += step) {
      client.sendBytes(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + step)));
    }
  }

  static String told(RawFrame frame) {
    if (frame.opcode() == RawFrame.PONG) {
      return "pong " + HexFormat.of().formatHex(frame.payload());
    }
    if (frame.opcode() != RawFrame.TEXT) {
      return frame.toString();
    }
    JsonObject json = JsonParser.parseString(frame.text()).getAsJsonObject();
    return json.get("type").getAsString().equals("echo")
        ? "echo " + json.get("text").getAsString()
        : "error " + json.get("error_code").getAsString();
  }
}
