/**
 * What travels between client and server: a client's {@link agentcore.core.message.Message}, the
 * server's {@link agentcore.core.message.Event}, and the {@link
 * agentcore.core.message.ClientException} that becomes an {@code error} event.
 *
 * <pre>{@code
 * text frame -> Message -> middleware -> handler -> Event -> text frame
 *                  |
 *                  +-- fault: a frame that is no valid request travels the same way
 * }</pre>
 *
 * <p>A request and the error that may answer it, as JSON:
 *
 * <pre>{@code
 * {"type": "post", "data": {"text": "Hello"}, "id": "7"}
 * {"type": "error", "error_code": "NOT_ALLOWED", "message": "Only writers may post",
 *  "message_type": "post", "retryable": false, "id": "7", "timestamp": 1700000000.123}
 * }</pre>
 *
 * <p>A frame that is no valid request is a {@code Message}, too, and carries its fault. So it costs
 * a token of the rate limit, is logged and counted like every other message, and is refused in the
 * same place.
 *
 * <p>A {@code ClientException} is the client's mistake, or a refusal that the client can act on. It
 * has a code and a sentence, carries no stack, and is caught in one place. Every other exception is
 * a defect of the server.
 *
 * <p>{@link agentcore.core.message.ErrorCode} and {@link agentcore.core.message.CloseCode} are open
 * sets: the library defines its codes as constants, and a consumer adds its own.
 *
 * <p>{@link agentcore.core.message.Fields} reads the data of a request by name and type; a field of
 * another type is refused by its name. {@link agentcore.core.message.Names} holds the rules for
 * text that all fields share. Lengths count code points, which is what people count.
 *
 * <p>Threads: everything here is immutable and may be used by all threads.
 *
 * <p>Read next: {@code agentcore.core.serializer}.
 */
package agentcore.core.message;
