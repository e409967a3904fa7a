/**
 * Between text frames and meaning: {@link agentcore.core.serializer.JsonSerializer} reads strictly
 * and never throws, and writes flat objects that end with their timestamp.
 *
 * <pre>{@code
 * {"type":"chat_message","data":{...},"id":"7"}   --read-->    Message
 *
 * Event --write-->   {"type":"chat_message","room":...,"text":...,"timestamp":...}
 * log entry --extend-->   {                ... the same ...      ,"seq":...,"epoch":...}
 * }</pre>
 *
 * <p>Strict means RFC 8259 and nothing more: gson by itself takes comments, single quotes and text
 * behind the value. What two parsers read differently is what one of them is attacked with. That
 * holds inside, too: {@code PlainJson} reads what nearly every request is, an object of strings
 * without escapes, in half the time; but whatever it does not take, gson is to judge.
 *
 * <p>An event is written once, by the server it began on, before it has a place in a log: seq and
 * epoch are the log's to give. {@code extend} adds them to the text without reading it again, so
 * that an event is parsed by nobody but its receivers, however many servers it passes.
 *
 * <p>Threads: stateless. Read next: {@link agentcore.core.backend}.
 */
package agentcore.core.serializer;
