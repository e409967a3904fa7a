package agentcore.cli.bench;

import agentcore.cli.bench.socket.Client;
import agentcore.cli.bench.socket.ClientFrame;
import java.nio.ByteBuffer;

/** One member of a room as a sender. */
final class Sender {
  private static final int BATCH_BYTES = 64 * 1024;

  private final Client client;
  private final int room;
  private final int indexInRoom;
  private final ClientFrame frame;
  private int number;
  private int inFlight;

  /**
   * Creates a sender that has sent nothing yet.
   *
   * @param indexInRoom its index among the senders of its room
   * @param frame its message
   */
  Sender(Client client, int room, int indexInRoom, ClientFrame frame) {
    this.client = client;
    this.room = room;
    this.indexInRoom = indexInRoom;
    this.frame = frame;
  }

  Client client() {
    return client;
  }

  int room() {
    return room;
  }

  int indexInRoom() {
    return indexInRoom;
  }

  /** Creates a buffer for {@link #send} that all senders of frames of this length share. */
  static ByteBuffer buffer(int frameBytes) {
    return ByteBuffer.allocateDirect(Math.max(BATCH_BYTES, frameBytes));
  }

  int frameBytes() {
    return frame.bytes().length;
  }

  /** Returns how many messages it has sent, or should have sent while it was closed. */
  int scheduled() {
    return number;
  }

  /** Counts messages as sent that cannot be sent, because the connection is closed. */
  void skip(int messages) {
    number += messages;
  }

  /**
   * Sends messages together.
   *
   * @param dueMicros when the first was due
   * @param stepMicros the time from each to the next
   */
  void send(int messages, long dueMicros, double stepMicros, ByteBuffer buffer) {
    buffer.clear();
    for (int i = 0; i < messages; i++) {
      if (buffer.remaining() < frame.bytes().length) {
        client.write(buffer.flip());
        buffer.clear();
      }
      ChatText.next(frame, dueMicros + (long) (i * stepMicros), ++number);
      buffer.put(frame.bytes());
    }
    client.write(buffer.flip());
    inFlight += messages;
  }

  /** Returns how many of its messages have not come back yet. */
  int inFlight() {
    return inFlight;
  }

  /** Notes that one of its messages came back or was refused. */
  void returned() {
    inFlight--;
  }
}
