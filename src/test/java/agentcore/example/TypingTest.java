package agentcore.example;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import agentcore.core.backend.Accounts;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.Message;
import agentcore.testkit.Requests;
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

  private final Accounts accounts = mock(Accounts.class);

  /** The only attribute. */
  private Optional<Object> kept = Optional.empty();

  private final Message message =
      Requests.read("{\"type\":\"typing_start\",\"data\":{\"room\":\"den\"}}");

  TypingTest() {
    when(session.channel()).thenReturn("alice/1");
    when(session.user()).thenReturn("alice");
    join();
    when(session.accounts()).thenReturn(accounts);
    when(accounts.submitFind(any(), any(), any())).thenReturn(Optional::empty);
    when(session.attribute(any())).thenAnswer(call -> kept);
    doAnswer(
            call -> {
              kept = Optional.of(call.getArgument(1));
              return null;
            })
        .when(session)
        .set(any(), any());
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
    verify(session, times(count)).hint(any(Room.class), any());
  }

  private void verifyToldUser(String user, int count) {
    verify(session, times(count)).hint(eq(user), any());
  }

  private static Message to(String user) {
    return Requests.read(
        "{\"type\":\"typing_start\",\"data\":{\"target_user_id\":\"" + user + "\"}}");
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

  @Test
  void typingToAUserExpiresAsInARoom() {
    typing.start(session, to("bob"));
    typing.start(session, to("bob"));
    verifyToldUser("bob", 1);
    verify(session, times(1)).after(any(), any());
    nanoTime.addAndGet(EXPIRY_NANOS);
    runTimers();
    verifyToldUser("bob", 2);
    runTimers();
    verifyToldUser("bob", 2);
  }

  @Test
  void privateMessageStopsTypingToItsUserOnly() {
    typing.start(session, to("bob"));
    typing.start(session, to("carol"));
    typing.start(session, message);
    typing.stop(session, "bob");
    typing.stop(session, "bob");
    verifyToldUser("bob", 2);
    verifyToldUser("carol", 1);
    verifyTold(1);
  }

  @Test
  void looksUpOnceForAnEpisodeWhetherTheUserHasBlockedTheSender() {
    typing.start(session, to("bob"));
    typing.start(session, to("bob"));
    verify(accounts, times(1)).submitFind(any(), any(), any());
  }

  @Test
  void usersOverTheLimitAreIgnoredUntilATimerHasFired() {
    for (int i = 0; i < Typing.MAX_USERS; i++) {
      typing.start(session, to("user" + i));
    }
    typing.stop(session, to("user0"));
    typing.start(session, to("bob"));
    verifyToldUser("bob", 0);
    typing.start(session, to("user0"));
    verifyToldUser("user0", 3);
    typing.start(session, message);
    verifyTold(1);
    verify(session, times(Typing.MAX_USERS + 1)).after(any(), any());
    nanoTime.addAndGet(EXPIRY_NANOS);
    runTimers();
    typing.start(session, to("bob"));
    verifyToldUser("bob", 1);
  }

  @Test
  void endOfAConnectionStopsAllThatIsStillOn() {
    typing.start(session, to("bob"));
    typing.start(session, to("carol"));
    typing.stop(session, to("carol"));
    typing.start(session, message);
    join(); // a new membership, so the others have seen the end
    doThrow(new BackendException("away")).when(session).hint(eq("bob"), any());
    typing.stopAll(session);
    typing.stopAll(session);
    verifyToldUser("bob", 2);
    verifyToldUser("carol", 2);
    verifyTold(1);
  }
}
