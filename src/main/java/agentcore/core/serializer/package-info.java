/**
 * Between text frames and meaning: {@link agentcore.core.serializer.JsonSerializer} reads strictly
 * and never throws, and writes flat objects that end with their timestamp.
 *
 * <p>Threads: stateless. Read next: {@link agentcore.core.backend}.
 */
package agentcore.core.serializer;
