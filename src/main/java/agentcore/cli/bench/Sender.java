package agentcore.cli.bench;

import java.nio.ByteBuffer;

/** One member of a room as it sends. */
final class Sender {
  private static final int BATCH_BYTES = 64 * 1024;

  private final Client client;
  private final int room;
  private final int placeInRoom;
  private final ClientFrame frame;
  private int number;
  private int inFlight;

  /**
   * Makes one that has sent nothing yet.
   *
   * @param placeInRoom among the senders of its room
   * @param frame its message
   */
  Sender(Client client, int room, int placeInRoom, ClientFrame frame) {
    this.client = client;
    this.room = room;
    this.placeInRoom = placeInRoom;
    this.frame = frame;
  }

  Client client() {
    return client;
  }

  int room() {
    return room;
  }

  int placeInRoom() {
    return placeInRoom;
  }

  /** Makes a buffer for {@link #send} that all senders with such a frame share. */
  static ByteBuffer buffer(int frameBytes) {
    return ByteBuffer.allocateDirect(Math.max(BATCH_BYTES, frameBytes));
  }

  int frameBytes() {
    return frame.bytes().length;
  }

  /** Sends so many messages that were due at this time. */
  void send(int messages, long dueMicros, ByteBuffer buffer) {
    buffer.clear();
    for (int i = 0; i < messages; i++) {
      if (buffer.remaining() < frame.bytes().length) {
        client.write(buffer.flip());
        buffer.clear();
      }
      ChatText.next(frame, dueMicros, ++number);
      buffer.put(frame.bytes());
    }
    client.write(buffer.flip());
    inFlight += messages;
  }

  /** Returns how many of its messages it has not got back. */
  int inFlight() {
    return inFlight;
  }

  /** Hears that one of its messages came back, or was refused. */
  void returned() {
    inFlight--;
  }
}
