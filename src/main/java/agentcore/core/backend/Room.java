package agentcore.core.backend;

/**
 * A room's entry in the directory.
 *
 * <p>Log, members and invitations belong to the id and vanish with it: a room created again under
 * an old name is another room.
 *
 * @param name what people call it, unique
 * @param id random, never used again; the default room's follows from its name
 * @param creator the user who created it, empty for the server itself
 * @param isPublic whether anyone may see and join it
 */
public record Room(String name, String id, String creator, boolean isPublic) {
  /** Says whether {@code user} created this room. */
  public boolean isCreatedBy(String user) {
    return !creator.isEmpty() && creator.equals(user);
  }
}
