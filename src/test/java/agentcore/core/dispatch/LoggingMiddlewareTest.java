package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import agentcore.core.middleware.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoggingMiddlewareTest {
  private final ClientException refusal =
      new ClientException(ErrorCode.RATE_LIMIT_EXCEEDED, "Rate limit exceeded");

  private final Logger logger = Logger.getLogger(LoggingMiddleware.class.getName());
  private final LoggingMiddleware middleware = new LoggingMiddleware();
  private final Lines lines = new Lines();

  private static final class Lines extends Handler {
    final List<String> all = new ArrayList<>();

    @Override
    public void publish(LogRecord event) {
      all.add(new SimpleFormatter().formatMessage(event));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() {
    logger.setUseParentHandlers(false);
    logger.addHandler(lines);
    logger.setLevel(Level.FINE);
  }

  @AfterEach
  void restore() {
    logger.removeHandler(lines);
    logger.setLevel(null);
    logger.setUseParentHandlers(true);
  }

  private void log(String user, String type, Verdict verdict) {
    Fields data = Fields.of(Map.of("text", "very private"));
    StubClient client = StubClient.of(user);
    Message message = new Message(type, data, Optional.of("an id"), 12_345, Optional.empty());
    assertEquals(Verdict.PASS, middleware.check(client, message));
    middleware.done(client, message, verdict, 7_000_000);
  }

  @Test
  void logsOneLinePerMessageWithoutItsContents() {
    log("alice", "chat_message", Verdict.PASS);
    assertEquals(1, lines.all.size());
    String line = lines.all.getFirst();
    assertTrue(line.startsWith("message type=chat_message connection=alice/"), line);
    assertTrue(line.endsWith(" chars=12345 micros=7000 outcome=ok"), line);
    assertFalse(line.contains("private"));
    assertFalse(line.contains("an id"));
  }

  @Test
  void logsTheOutcome() {
    log("alice", "x", new Verdict.Refuse(refusal));
    log("alice", "x", new Verdict.Close(refusal, CloseCode.POLICY));
    log("alice", "x", Verdict.DROP);
    assertTrue(lines.all.get(0).endsWith(" outcome=RATE_LIMIT_EXCEEDED"));
    assertTrue(lines.all.get(1).endsWith(" outcome=RATE_LIMIT_EXCEEDED"));
    assertTrue(lines.all.get(2).endsWith(" outcome=dropped"));
  }

  @Test
  void clientCannotForgeLine() {
    log("al ice\u2028x", "a\r\nINFO b c\u0085d\u2028e\u001b[31m{0}\u202e", Verdict.PASS);
    String line = lines.all.getFirst();
    assertEquals(1, lines.all.size());
    String form =
        "message type=\\S+ connection=\\S+ request=\\S* chars=\\S+ micros=\\S+ outcome=ok";
    assertTrue(line.matches(form), line);
    assertTrue(line.chars().noneMatch(Character::isISOControl));
  }

  @Test
  void logsNothingAboveDebug() {
    logger.setLevel(Level.INFO);
    log("alice", "chat_message", Verdict.PASS);
    assertEquals(List.of(), lines.all);
  }
}
