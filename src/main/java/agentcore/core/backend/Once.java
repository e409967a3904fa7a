package agentcore.core.backend;

/**
 * Makes a publish idempotent.
 *
 * @param user whose request this is
 * @param requestId the id that the client gave it
 * @param text what the client wrote: the same id with another text is a conflict
 */
public record Once(String user, String requestId, String text) {}
