package agentcore.exercises;

import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.util.Map;

/** Greets each connection, and echoes the texts that it sends. */
final class EchoConsumer implements Consumer {
  @Override
  public Map<String, Handler> handlers() {
    return Map.of("echo", EchoConsumer::echo);
  }

  @Override
  public void connected(Session session) {
    session.send(Event.of("hello").with("username", session.user()));
  }

  private static void echo(Session session, Message message) {
    String text = message.data().string("text").orElseThrow(EchoConsumer::noText);
    session.reply(message, Event.of("echo").with("text", text));
  }

  private static ClientException noText() {
    return new ClientException(ErrorCode.VALIDATION_FAILED, "Message text is required");
  }
}
