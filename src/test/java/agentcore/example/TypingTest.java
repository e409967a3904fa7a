package agentcore.example;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import agentcore.core.backend.Room;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.Message;
import agentcore.core.serializer.Serializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Typing indicators with a mocked session: what is announced, and when. */
final class TypingTest {
  private static final Room ROOM = new Room("den", "1", "alice", true);
  private static final long EXPIRY_NANOS = Typing.EXPIRY.toNanos();

  private final AtomicLong nanoTime = new AtomicLong();
  private final Typing typing = new Typing(nanoTime::get);
  private final List<Runnable> timers = new ArrayList<>();
  private final Session session = mock(Session.class);
  private final Message message =
      new Serializer().read("{\"type\":\"typing_start\",\"data\":{\"room\":\"den\"}}");

  TypingTest() {
    when(session.channel()).thenReturn("alice/1");
    when(session.user()).thenReturn("alice");
    join();
    doAnswer(
            call -> {
              timers.add(call.getArgument(1));
              return null;
            })
        .when(session)
        .after(any(), any());
  }

  private void join() {
    Membership membership = mock(Membership.class);
    when(membership.room()).thenReturn(ROOM);
    when(session.membership("den")).thenReturn(Optional.of(membership));
  }

  private void runTimers() {
    List<Runnable> due = List.copyOf(timers);
    timers.clear();
    due.forEach(Runnable::run);
  }

  private void verifyTold(int count) {
    verify(session, times(count)).hint(any(), any());
  }

  @Test
  void startingAndStoppingWithoutPauseLeavesOneTimer() {
    for (int i = 0; i < 100; i++) {
      typing.start(session, message);
      typing.stop(session, message);
    }
    verifyTold(200);
    verify(session, times(1)).after(any(), any());
    join(); // a new membership
    typing.start(session, message);
    verify(session, times(1)).after(any(), any());
    nanoTime.addAndGet(EXPIRY_NANOS);
    runTimers();
    verifyTold(202);
    verify(session, times(1)).after(any(), any());
  }

  @Test
  void timerWaitsForTheRestAfterAnotherStart() {
    typing.start(session, message);
    nanoTime.addAndGet(EXPIRY_NANOS / 2);
    typing.start(session, message);
    nanoTime.addAndGet(EXPIRY_NANOS / 2);
    runTimers();
    verifyTold(1);
    nanoTime.addAndGet(EXPIRY_NANOS / 2);
    runTimers();
    verifyTold(2);
    typing.start(session, message);
    verifyTold(3);
  }

  @Test
  void stoppedTypingIsNotStoppedAgainByItsTimer() {
    typing.start(session, message);
    typing.stop(session, message);
    typing.stop(session, message);
    nanoTime.addAndGet(EXPIRY_NANOS);
    runTimers();
    verifyTold(2);
  }
}
