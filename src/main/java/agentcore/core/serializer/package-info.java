/**
 * JSON: {@link agentcore.core.serializer.Serializer} reads requests and writes events.
 *
 * <pre>{@code
 * {"type":"chat_message","data":{...},"id":"7"}   --read-->    Message
 *
 * Event --write-->   {"type":"chat_message","room":...,"text":...,"timestamp":...}
 * }</pre>
 *
 * <p>Both work on the bytes of UTF-8 that are received and sent. Nearly all requests are simple:
 * {@code PlainJson} reads them from the frame's bytes without a text of the whole, and {@code
 * RecentStrings} knows most of their names already. {@code JsonWriter} writes into an array whose
 * size the event knows. Together that halved the memory that a message allocates, and saved a tenth
 * of its time.
 *
 * <p>Reading is strict. Gson by default accepts comments, single quotes and text after the value,
 * and two parsers that disagree about a text are a way to attack one of them. For the same reason
 * {@code PlainJson} takes only objects of strings without escapes and leaves every other text to
 * gson ({@code StrictJson}).
 *
 * <p>The server on which an event originates writes it once, before the log assigns seq and epoch.
 * {@code LogEvents} adds these without parsing it, so only clients ever parse an event, however
 * many servers it passes.
 *
 * <p>Threads: all classes are safe for all threads, except for a {@code JsonWriter}. Read next:
 * {@link agentcore.core.backend}.
 */
package agentcore.core.serializer;
