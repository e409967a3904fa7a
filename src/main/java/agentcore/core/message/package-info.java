/**
 * What travels: a client's {@link agentcore.core.message.Message}, the server's {@link
 * agentcore.core.message.Event}, and the {@link agentcore.core.message.ClientException} that
 * becomes an {@code error}.
 *
 * <pre>{@code
 * text frame -> Serializer -> Message -> middleware -> handler -> Event -> Serializer -> text frame
 *                               |
 *                               +-- fault: a frame that is no request travels the same way
 * }</pre>
 *
 * <p>An unreadable frame is a {@code Message} too, with its fault inside. So it costs a token of
 * the rate limit, is logged and counted as any other, and is refused where all refusals are made.
 *
 * <p>Two kinds of failure are told apart from here on. A {@code ClientException} is the client's
 * fault, or something it can act on: a code and a sentence, no stack, caught in one place. Whatever
 * else is thrown is our defect.
 *
 * <p>{@link agentcore.core.message.Fields} is how a handler reads a request: by name and kind, and
 * a field of another kind is a refusal that names it. {@link agentcore.core.message.Names} holds
 * the rules for text that all fields share; lengths count code points, since that is what people
 * count.
 *
 * <p>Threads: everything here is immutable, but for an {@code Event} while one thread builds it.
 *
 * <p>Read next: {@link agentcore.core.serializer}.
 */
package agentcore.core.message;
