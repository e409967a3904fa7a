package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;

/**
 * What the chat itself can be told.
 *
 * @param defaultRoom the room that everyone is put into; empty for none
 * @param maxTextLength characters of a text
 * @param historySize messages that can be asked for at once
 * @param maxRooms rooms in all, for the sentence of a refusal
 * @param maxRoomsPerUser rooms that one user created, for the same
 * @param maxRoomsPerConnection rooms that one connection is in
 * @param presenceLimit presence is not told in rooms of more members
 * @param maxInvitations open invitations of one room, for the sentence of a refusal
 */
public record ChatSettings(
    String defaultRoom,
    int maxTextLength,
    int historySize,
    int maxRooms,
    int maxRoomsPerUser,
    int maxRoomsPerConnection,
    int presenceLimit,
    int maxInvitations) {
  /** Takes them from a configuration. */
  public static ChatSettings of(Config config) {
    return new ChatSettings(
        config.text(Setting.DEFAULT_ROOM),
        config.integer(Setting.MAX_TEXT_LENGTH),
        config.integer(Setting.HISTORY_SIZE),
        config.integer(Setting.MAX_ROOMS),
        config.integer(Setting.MAX_ROOMS_PER_USER),
        config.integer(Setting.MAX_ROOMS_PER_CONNECTION),
        config.integer(Setting.PRESENCE_EVENTS_LIMIT),
        config.integer(Setting.MAX_INVITATIONS_PER_ROOM));
  }
}
