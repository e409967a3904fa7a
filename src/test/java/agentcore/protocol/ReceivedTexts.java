package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Collects the text messages that a WebSocket of the JDK receives. */
final class ReceivedTexts implements WebSocket.Listener {
  private final LinkedBlockingQueue<String> texts = new LinkedBlockingQueue<>();
  private final StringBuilder part = new StringBuilder();

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      texts.add(part.toString());
      part.setLength(0);
    }
    socket.request(1);
    return null;
  }

  void awaitAny() {
    try {
      assertTrue(!next().equals("null"), "no message arrived");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  String next() throws InterruptedException {
    String text = texts.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    return String.valueOf(text);
  }
}
