package agentcore.core.middleware;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.connection.Connection;
import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import agentcore.testkit.Connections;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private final ClientException fault = new ClientException(ErrorCode.NOT_ALLOWED, "Not allowed");

  private final Connection alice = Connections.of("alice");
  private final Message message =
      new Message("chat_message", Fields.NONE, Optional.empty(), 1, Optional.empty());
  private final List<String> called = new ArrayList<>();

  private Middleware station(String name, Verdict verdict) {
    return new Middleware() {
      @Override
      public Verdict check(Connection connection, Message checked) {
        called.add(name);
        return verdict;
      }

      @Override
      public void done(Connection connection, Message ended, Outcome outcome, long nanos) {
        called.add(name + ": " + outcome);
        failIfBroken();
      }

      @Override
      public void left(Connection connection) {
        called.add(name + ": left");
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
  void stationsAreAskedInTheirOrder() {
    Pipeline pipeline =
        new Pipeline(List.of(station("a", Verdict.Pass.PASS), station("b", Verdict.Pass.PASS)));
    assertEquals(Verdict.Pass.PASS, pipeline.check(alice, message));
    pipeline.done(alice, message, Outcome.HANDLED, 1);
    assertEquals(List.of("a", "b", "a: ok", "b: ok"), called);
  }

  @Test
  void theFirstVerdictThatIsNoPassCounts() {
    for (Verdict verdict :
        List.of(
            Verdict.Drop.DROP,
            new Verdict.Refuse(fault),
            new Verdict.Close(fault, CloseCode.POLICY))) {
      called.clear();
      Pipeline pipeline =
          new Pipeline(
              List.of(
                  station("a", Verdict.Pass.PASS),
                  station("b", verdict),
                  station("c", Verdict.Drop.DROP)));
      assertEquals(verdict, pipeline.check(alice, message));
      assertEquals(List.of("a", "b"), called);
    }
  }

  @Test
  void allHearOfTheEndWhoeverDecidedIt() {
    Pipeline pipeline =
        new Pipeline(List.of(station("a", Verdict.Drop.DROP), station("b", Verdict.Pass.PASS)));
    pipeline.check(alice, message);
    pipeline.done(alice, message, Outcome.DROPPED, 1);
    pipeline.done(alice, message, Outcome.failed(ErrorCode.NOT_ALLOWED), 1);
    assertEquals(
        List.of("a", "a: dropped", "b: dropped", "a: NOT_ALLOWED", "b: NOT_ALLOWED"), called);
  }

  @Test
  void aStationThatFailsKeepsNoOtherFromHearingOfTheEnd() {
    Pipeline pipeline =
        new Pipeline(
            List.of(station("broken", Verdict.Pass.PASS), station("b", Verdict.Pass.PASS)));
    pipeline.done(alice, message, Outcome.HANDLED, 1);
    pipeline.left(alice);
    assertEquals(List.of("broken: ok", "b: ok", "broken: left", "b: left"), called);
  }

  @Test
  void whatCouldNotBeReadIsRefusedWithItsFault() {
    Message broken = Message.unreadable(Message.UNREADABLE, Optional.empty(), 1, fault);
    ValidationMiddleware validation = new ValidationMiddleware();
    assertEquals(new Verdict.Refuse(fault), validation.check(alice, broken));
    assertEquals(Verdict.Pass.PASS, validation.check(alice, message));
  }
}
