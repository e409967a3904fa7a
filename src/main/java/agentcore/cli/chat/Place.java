package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;

/**
 * How far somebody has read in a room's log.
 *
 * @param messageId of the message there; empty where only its place is known
 */
record Place(String epoch, long seq, String messageId) {
  /** Reads it from an event that names one. */
  static Place of(ServerEvent event) {
    return new Place(event.text("epoch"), event.number("seq"), event.text("message_id"));
  }
}
