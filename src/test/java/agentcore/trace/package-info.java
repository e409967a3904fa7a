/**
 * One message, traced through the real server: {@code make trace}.
 *
 * <p>{@link agentcore.trace.TracedServer} runs in a JVM of its own. It adds a line to some methods
 * of the server when their classes are loaded, so the server itself has no code for it. {@link
 * agentcore.trace.Stops} lists these methods; the tour shows the trace of a real run.
 */
package agentcore.trace;
