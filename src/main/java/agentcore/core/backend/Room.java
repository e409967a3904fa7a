package agentcore.core.backend;

/**
 * A room in the directory. Log, members and invitations belong to the id and are removed with it: a
 * room that is created again under the same name is another room.
 *
 * @param name unique, shown to people. Any text; what clients may name is the consumer's decision
 * @param id belongs to this room only and is never used again, so it is usually random. A room that
 *     several servers create for themselves has an id that all of them know
 * @param creator the user who created it; empty for the server
 * @param isPublic whether everybody may see and join it
 */
public record Room(String name, String id, String creator, boolean isPublic) {
  /** Returns whether {@code user} created this room. */
  public boolean isCreatedBy(String user) {
    return !creator.isEmpty() && creator.equals(user);
  }
}
