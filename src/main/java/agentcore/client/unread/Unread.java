package agentcore.client.unread;

import agentcore.client.connection.Frame;
import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What the user has not read: in each room, and from each person. Counts from {@code my_rooms}, and
 * adds what arrives later. Read markers of all devices arrive as {@code read_marker}. Where the
 * client cannot know the number, it asks for {@code my_rooms} again.
 */
public final class Unread {
  private final String user;
  private final Frame.Receiver application;
  private final Runnable recount;
  private final Map<Place, Tally> tallies = new HashMap<>();

  /** The position up to which the server counted private messages. */
  private String inboxEpoch = "";

  private long inboxSeq;

  /** Creates the counts; {@code recount} asks for {@code my_rooms}. */
  public Unread(String user, Frame.Receiver application, Runnable recount) {
    this.user = user;
    this.application = application;
    this.recount = recount;
  }

  /** Returns the numbers of a room or a private conversation. */
  public Tally.Count count(Place place) {
    return find(place).map(Tally::count).orElse(Tally.NOTHING);
  }

  private Optional<Tally> find(Place place) {
    return Optional.ofNullable(tallies.get(place));
  }

  /**
   * Moves the read marker of a room or person before the server has confirmed it. Returns whether
   * it moved.
   */
  boolean read(Place place, long seq) {
    Optional<Tally> tally = find(place);
    if (tally.isEmpty()) {
      return false;
    }
    boolean isMoved = seq > tally.get().marker();
    var unused =
        change(
            tally.get(),
            place,
            () -> {
              tally.get().see();
              return !isMoved || tally.get().read(seq);
            });
    return isMoved;
  }

  /** Returns the epoch of the log in which a room or person is counted. */
  String epoch(Place place) {
    return find(place).map(Tally::epoch).orElse("");
  }

  /** Notes that the server did not take a read marker. */
  void distrust(Place place) {
    find(place)
        .ifPresentOrElse(
            tally -> {
              tally.distrust();
              doubt(tally);
            },
            recount);
  }

  /** Handles a frame that the application receives. */
  public void receive(Frame frame) {
    String room = frame.text("room");
    switch (frame.type()) {
      case "my_rooms" -> counted(frame);
      case "room_joined" -> entered(room, frame);
      case "room_reset" ->
          find(Place.room(room)).ifPresent(tally -> restart(tally, Place.room(room), frame));
      case "room_left" -> forget(room);
      case "read_marker" -> marked(frame);
      case "chat_message" -> {
        if (isOfOthers(frame.text("username"), frame)) {
          boolean isMention = Mentions.in(frame.text("text"), user);
          find(Place.room(room)).ifPresent(tally -> add(tally, Place.room(room), frame, isMention));
        }
      }
      case "private_message" -> {
        String from = frame.text("from_username");
        if (isOfOthers(from, frame)) {
          add(person(from), Place.user(from), frame, false);
        }
      }
      default -> {}
    }
  }

  /** Notes that the client is in a room, by {@code welcome} or {@code room_joined}. */
  public void entered(String room, Frame frame) {
    Place place = Place.room(room);
    Tally tally =
        tallies.computeIfAbsent(place, each -> begun(frame.text("epoch"), frame.number("seq")));
    restart(tally, place, frame);
    // otherwise messages before it are not counted
    boolean isCounted = tally.isCounted && frame.is("recovered");
    if (!isCounted && frame.number("seq") > 0) {
      doubt(tally);
    }
  }

  /** Notes that the client is no longer in a room. */
  public void forget(String room) {
    tallies.remove(Place.room(room));
  }

  /** The program of the server may write under any name. */
  private boolean isOfOthers(String author, Frame frame) {
    return !author.equals(user) || frame.is("server");
  }

  private Tally person(String name) {
    return tallies.computeIfAbsent(Place.user(name), place -> begun(inboxEpoch, inboxSeq));
  }

  private static Tally begun(String epoch, long seq) {
    Tally tally = new Tally();
    tally.take(epoch, seq, 0, 0, 0);
    return tally;
  }

  private void add(Tally tally, Place place, Frame entry, boolean isMention) {
    if (entry.has("seq") && !tally.isOf(entry.text("epoch"))) {
      doubt(tally);
    }
    var unused =
        change(
            tally,
            place,
            () -> {
              tally.add(entry, isMention);
              return true;
            });
  }

  /** Begins to count in another log, if it is another one. */
  private void restart(Tally tally, Place place, Frame frame) {
    if (tally.isOf(frame.text("epoch"))) {
      return;
    }
    var unused =
        change(
            tally,
            place,
            () -> {
              tally.begin(frame.text("epoch"), frame.number("seq"));
              return true;
            });
    doubt(tally);
  }

  /**
   * Asks the server to count. If its answer does not contain the room, the client asks again when
   * it is in the room.
   */
  private void doubt(Tally tally) {
    tally.isCounted = false;
    recount.run();
  }

  private void counted(Frame frame) {
    for (Frame row : frame.objects("rooms")) {
      Place place = Place.room(row.text("name"));
      Tally tally = tallies.computeIfAbsent(place, each -> new Tally());
      take(tally, place, row.text("epoch"), row.number("seq"), Optional.of(row));
    }
    if (!frame.has("inbox_epoch")) {
      return;
    }
    inboxEpoch = frame.text("inbox_epoch");
    inboxSeq = frame.number("inbox_seq");
    Map<String, Frame> rows = new HashMap<>();
    frame.objects("conversations").forEach(row -> rows.put(row.text("username"), row));
    Set<String> names = new HashSet<>(rows.keySet());
    tallies.keySet().stream().filter(place -> !place.isRoom()).map(Place::name).forEach(names::add);
    for (String name : names) {
      Optional<Frame> row = Optional.ofNullable(rows.get(name));
      take(person(name), Place.user(name), inboxEpoch, inboxSeq, row);
    }
  }

  private void take(Tally tally, Place place, String epoch, long seq, Optional<Frame> numbers) {
    Frame row = numbers.orElse(Frame.EMPTY);
    tally.isCounted = true;
    boolean isExact =
        change(
            tally,
            place,
            () ->
                tally.take(
                    epoch,
                    seq,
                    row.number("unread"),
                    row.number("mentions"),
                    row.number("read_seq")));
    if (!isExact) {
      doubt(tally);
    }
  }

  private void marked(Frame frame) {
    Place place =
        frame.has("room") ? Place.room(frame.text("room")) : Place.user(frame.text("username"));
    String epoch = frame.text("epoch");
    long seq = frame.number("seq");
    Tally tally =
        place.isRoom() // the list that will name an unknown room may be older than the marker
            ? tallies.computeIfAbsent(place, each -> begun(epoch, seq))
            : person(place.name());
    boolean isExact = tally.isOf(epoch) && change(tally, place, () -> tally.confirm(seq));
    if (!isExact) {
      doubt(tally);
    }
  }

  private boolean change(Tally tally, Place place, BooleanSupplier change) {
    Tally.Count before = tally.count();
    boolean result = change.getAsBoolean();
    Tally.Count after = tally.count();
    if (!before.equals(after)) {
      JsonObject fields = place.asEventField();
      fields.addProperty("unread", after.unread());
      fields.addProperty("mentions", after.mentions());
      application.receive(Frame.of("unread", fields));
    }
    return result;
  }
}
