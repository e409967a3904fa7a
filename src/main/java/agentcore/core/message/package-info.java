/**
 * What travels: a client's {@link agentcore.core.message.Message}, the server's {@link
 * agentcore.core.message.Event}, and the {@link agentcore.core.message.ClientException} that
 * becomes an {@code error}.
 *
 * <pre>
 *   text frame -> Serializer -> Message -> middleware -> handler -> Event -> Serializer -> text frame
 *                                 |
 *                                 +-- fault: a frame that is no request travels the same way
 * </pre>
 *
 * <p>Threads: everything here is immutable, but for an {@code Event} while one thread builds it.
 *
 * <p>Read next: {@link agentcore.core.serializer}.
 */
package agentcore.core.message;
