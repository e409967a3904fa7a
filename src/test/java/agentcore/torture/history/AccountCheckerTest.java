package agentcore.torture.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.torture.history.AccountHistory.Listing;
import agentcore.torture.history.AccountHistory.Marker;
import agentcore.torture.history.AccountHistory.Move;
import agentcore.torture.history.AccountHistory.Request;
import agentcore.torture.history.AccountHistory.Row;
import agentcore.torture.history.AccountHistory.Written;
import agentcore.torture.history.Finding.Kind;
import agentcore.torture.history.History.Position;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The checker finds each violation in an account and reports nothing for a correct history. */
class AccountCheckerTest {
  private static final String INBOX = "inbox of alice";
  private static final String BOB = AccountHistory.peer("bob");
  private static final int RETAINED = 8;

  /** The phone asks for its marker at 10 s; it is answered at 12 s. */
  private final List<Marker> markers = new ArrayList<>();

  private final List<Request> requests = new ArrayList<>();
  private final List<Listing> listings = new ArrayList<>();
  private final List<Move> moves = new ArrayList<>();
  private final Map<String, Row> rows = new HashMap<>();
  private final List<Long> lossesNanos = new ArrayList<>();

  AccountCheckerTest() {
    mark("den", 4, 10, 12);
    mark(BOB, 2, 10, 12);
    moves.add(join("den", 1, 2));
    moves.add(join("attic", 1, 2));
    moves.add(leave("attic", 3, 4));
    rows.put("den", new Row(position(10), OptionalLong.of(4), 3, Optional.of(1)));
    rows.put(BOB, new Row(position(5), OptionalLong.of(2), 2, Optional.empty()));
  }

  private void mark(String target, long seq, long sent, long received) {
    requests.add(new Request(target, seq, seconds(sent)));
    markers.add(answer("phone", target, seq, sent, received));
    markers.add(event("laptop", target, seq, received));
  }

  private static Marker answer(String device, String target, long seq, long sent, long received) {
    OptionalLong sentNanos = OptionalLong.of(seconds(sent));
    return new Marker(device, sentNanos, target, position(seq), seconds(received));
  }

  private static Marker event(String device, String target, long seq, long received) {
    return new Marker(device, OptionalLong.empty(), target, position(seq), seconds(received));
  }

  private static Move join(String room, long sent, long answered) {
    return new Move(room, true, seconds(sent), OptionalLong.of(seconds(answered)));
  }

  private static Move leave(String room, long sent, long answered) {
    return new Move(room, false, seconds(sent), OptionalLong.of(seconds(answered)));
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static Position position(long seq) {
    return new Position("e", seq);
  }

  /** Ten messages in the den, of which alice wrote every second; every third mentions her. */
  private static List<Written> den() {
    List<Written> messages = new ArrayList<>();
    for (int seq = 1; seq <= 10; seq++) {
      String author = seq % 2 == 0 ? "alice" : "bob";
      messages.add(
          new Written(position(seq), author, seq % 3 == 0 ? Set.of("alice") : Set.of("al")));
    }
    return messages;
  }

  private static List<Written> inbox() {
    return List.of(
        new Written(position(1), "bob", Set.of()),
        new Written(position(2), "bob", Set.of()),
        new Written(position(3), "alice", Set.of()),
        new Written(position(4), "bob", Set.of()),
        new Written(position(5), "bob", Set.of()));
  }

  /** The list is requested at 20 s and received at 22 s. */
  private void assertFinds(Kind... kinds) {
    listings.add(new Listing("laptop", rows, position(5), true, seconds(20), seconds(22)));
    AccountHistory history =
        new AccountHistory(
            "alice",
            INBOX,
            Map.of("den", den(), INBOX, inbox()),
            RETAINED,
            requests,
            markers,
            listings,
            moves,
            lossesNanos);
    Set<Kind> found = EnumSet.noneOf(Kind.class);
    List<Finding> findings = AccountChecker.check(history);
    findings.forEach(finding -> found.add(finding.kind()));
    assertEquals(Set.of(kinds), found, findings.toString());
  }

  @Test
  void acceptsCorrectHistory() {
    assertFinds();
  }

  @Test
  void reportsEventThatMovesAMarkerBack() {
    markers.add(event("laptop", "den", 3, 13));
    assertFinds(Kind.MARKER_BACK);
  }

  @Test
  void acceptsEventsOfOneMarkerOnSeveralConnectionsInAnyOrder() {
    markers.add(event("laptop, next connection", "den", 3, 13));
    markers.add(event("laptop", BOB, 4, 13));
    rows.put(BOB, new Row(position(5), OptionalLong.of(4), 1, Optional.empty()));
    assertFinds();
  }

  @Test
  void reportsAnswerBehindAMarkerThatWasKnownBeforeTheRequest() {
    markers.add(answer("laptop", "den", 3, 13, 14));
    assertFinds(Kind.MARKER_BACK);
  }

  @Test
  void acceptsAnswerToARequestThatWasSentBeforeAMarkerWasKnown() {
    markers.add(answer("laptop", "den", 3, 11, 14));
    assertFinds();
  }

  @Test
  void acceptsMarkerThatIsBackInAnotherEpochOrAfterALoss() {
    markers.add(
        new Marker(
            "laptop", OptionalLong.of(seconds(13)), "den", new Position("f", 3), seconds(14)));
    assertFinds();
    markers.add(answer("laptop", "den", 3, 13, 14));
    lossesNanos.add(seconds(13));
    assertFinds();
  }

  @Test
  void reportsAcknowledgedMarkerThatIsMissingInTheList() {
    rows.put("den", new Row(position(10), OptionalLong.empty(), 4, Optional.of(2)));
    assertFinds(Kind.MARKER_BACK);
  }

  @Test
  void acceptsCountsBehindTheMarkerThatTheListNames() {
    rows.put("den", new Row(position(10), OptionalLong.of(8), 1, Optional.of(1)));
    assertFinds();
  }

  @Test
  void reportsMessageThatIsNotCounted() {
    rows.put("den", new Row(position(10), OptionalLong.of(4), 2, Optional.of(1)));
    assertFinds(Kind.FALSE_UNREAD);
  }

  @Test
  void reportsOwnMessagesThatAreCounted() {
    rows.put(BOB, new Row(position(5), OptionalLong.of(2), 3, Optional.empty()));
    assertFinds(Kind.FALSE_UNREAD);
  }

  @Test
  void reportsMentionThatIsNotCounted() {
    rows.put("den", new Row(position(10), OptionalLong.of(4), 3, Optional.of(0)));
    assertFinds(Kind.FALSE_UNREAD);
  }

  @Test
  void reportsCountThatEndsBeforeTheLogDoesOnlyForTheLastList() {
    rows.put("den", new Row(position(8), OptionalLong.of(4), 2, Optional.of(0)));
    listings.add(new Listing("laptop", rows, position(5), false, seconds(18), seconds(19)));
    assertFinds(Kind.FALSE_UNREAD);
    listings.removeLast();
    rows.put("den", new Row(position(10), OptionalLong.of(4), 3, Optional.of(1)));
    assertFinds();
  }

  @Test
  void countsOnlyWhatTheLogHasRetained() {
    markers.removeIf(marker -> marker.target().equals("den"));
    rows.put("den", new Row(position(10), OptionalLong.empty(), 4, Optional.of(2)));
    assertFinds();
    rows.put("den", new Row(position(10), OptionalLong.empty(), 5, Optional.of(2)));
    assertFinds(Kind.FALSE_UNREAD);
  }

  @Test
  void reportsConversationThatIsMissingAlthoughNobodyAskedForAMarkerAtItsEnd() {
    rows.remove(BOB);
    assertFinds(Kind.FALSE_UNREAD);
  }

  @Test
  void acceptsThatAConversationIsMissingWhoseMarkerMayBeAtItsEnd() {
    rows.remove(BOB);
    requests.add(new Request(BOB, 5, seconds(21)));
    assertFinds();
  }

  @Test
  void reportsRoomThatWasJoinedAndIsMissing() {
    rows.remove("den");
    assertFinds(Kind.FALSE_ROOMS);
  }

  @Test
  void reportsRoomThatWasLeftAndIsThere() {
    rows.put("attic", new Row(position(0), OptionalLong.empty(), 0, Optional.of(0)));
    assertFinds(Kind.FALSE_ROOMS);
  }

  @Test
  void acceptsEitherWhileRequestsOverlap() {
    moves.add(leave("den", 1, 3));
    assertFinds();
    rows.remove("den");
    assertFinds();
  }

  @Test
  void acceptsThatARequestWithoutAnAnswerIsHandledLate() {
    moves.add(new Move("attic", true, seconds(2), OptionalLong.empty()));
    assertFinds();
    rows.put("attic", new Row(position(0), OptionalLong.empty(), 0, Optional.of(0)));
    assertFinds();
  }

  @Test
  void reportsNothingAboutRoomsAndCountsAfterALoss() {
    lossesNanos.add(seconds(11));
    rows.remove("den");
    assertFinds();
  }
}
