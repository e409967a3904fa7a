package agentcore.client.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class HandshakeFailureTest {
  @Test
  void explainsFailuresOfTheNetwork() {
    assertEquals(
        new HandshakeFailure(1006, "nothing listens there; is the server running?"),
        HandshakeFailure.of(new CompletionException(new ConnectException())));
    ConnectException noHost = new ConnectException();
    noHost.initCause(new UnknownHostException("x"));
    assertEquals("the host does not exist", HandshakeFailure.of(noHost).text());
    assertEquals("the connection was lost", HandshakeFailure.of(new IOException("x")).text());
  }
}
