package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import agentcore.core.middleware.Client;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private final ClientException fault = new ClientException(ErrorCode.NOT_ALLOWED, "Not allowed");

  private final StubClient alice = StubClient.of("alice");
  private final Message message =
      new Message("chat_message", Fields.NONE, Optional.empty(), 1, Optional.empty());
  private final List<String> called = new ArrayList<>();

  private Middleware middleware(String name, Verdict verdict) {
    return new Middleware() {
      @Override
      public Verdict check(Client client, Message checked) {
        called.add(name);
        return verdict;
      }

      @Override
      public void done(Client client, Message ended, Verdict last, long nanos) {
        called.add(name + ": " + last);
        failIfBroken();
      }

      @Override
      public void disconnected(Client client) {
        called.add(name + ": disconnected");
        failIfBroken();
      }

      private void failIfBroken() {
        if (name.equals("broken")) {
          throw new StackOverflowError("defect");
        }
      }
    };
  }

  @Test
  void asksMiddlewareInOrder() {
    Pipeline pipeline =
        new Pipeline(List.of(middleware("a", Verdict.PASS), middleware("b", Verdict.PASS)));
    assertEquals(Verdict.PASS, pipeline.check(alice, message));
    pipeline.done(alice, message, Verdict.PASS, 1);
    assertEquals(List.of("a", "b", "a: Pass[]", "b: Pass[]"), called);
  }

  @Test
  void firstVerdictOtherThanPassIsFinal() {
    for (Verdict verdict :
        List.of(
            Verdict.DROP, new Verdict.Refuse(fault), new Verdict.Close(fault, CloseCode.POLICY))) {
      called.clear();
      Pipeline pipeline =
          new Pipeline(
              List.of(
                  middleware("a", Verdict.PASS),
                  middleware("b", verdict),
                  middleware("c", Verdict.DROP)));
      assertEquals(verdict, pipeline.check(alice, message));
      assertEquals(List.of("a", "b"), called);
    }
  }

  @Test
  void callsDoneOnAllMiddleware() {
    Pipeline pipeline =
        new Pipeline(List.of(middleware("a", Verdict.DROP), middleware("b", Verdict.PASS)));
    pipeline.check(alice, message);
    pipeline.done(alice, message, Verdict.DROP, 1);
    assertEquals(List.of("a", "a: Drop[]", "b: Drop[]"), called);
  }

  @Test
  void callsDoneOnAllMiddlewareEvenIfOneThrows() {
    Pipeline pipeline =
        new Pipeline(List.of(middleware("broken", Verdict.PASS), middleware("b", Verdict.PASS)));
    pipeline.done(alice, message, Verdict.PASS, 1);
    pipeline.disconnected(alice);
    assertEquals(
        List.of("broken: Pass[]", "b: Pass[]", "broken: disconnected", "b: disconnected"), called);
  }

  @Test
  void validationRefusesMessageWithFault() {
    Message broken = Message.unreadable(Message.UNREADABLE, Optional.empty(), 1, fault);
    ValidationMiddleware validation = new ValidationMiddleware();
    assertEquals(new Verdict.Refuse(fault), validation.check(alice, broken));
    assertEquals(Verdict.PASS, validation.check(alice, message));
  }
}
