/**
 * JSON: {@link agentcore.core.serializer.Serializer} reads requests and writes events.
 *
 * <pre>{@code
 * {"type":"chat_message","data":{...},"id":"7"}   --read-->    Message
 *
 * Event --write-->   {"type":"chat_message","room":...,"text":...,"timestamp":...}
 * log entry --extend-->   {                ... the same ...      ,"seq":...,"epoch":...}
 * }</pre>
 *
 * <p>Reading is strict. Gson by default accepts comments, single quotes and text after the value,
 * and two parsers that disagree about a text are a way to attack one of them. For the same reason
 * {@code PlainJson}, which reads most requests in half the time, takes only objects of strings
 * without escapes and leaves every other text to gson ({@code StrictJson}).
 *
 * <p>The server on which an event originates writes it once, before the log assigns seq and epoch.
 * {@code extend} adds these to the text without parsing it, so only clients ever parse an event,
 * however many servers it passes.
 *
 * <p>Threads: stateless. Read next: {@link agentcore.core.backend}.
 */
package agentcore.core.serializer;
