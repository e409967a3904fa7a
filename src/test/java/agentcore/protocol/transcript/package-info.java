/**
 * Conversations as text, played over real sockets.
 *
 * <p>A transcript is a file in src/test/resources/transcripts or an example in
 * src/docs/protocol.md. {@link agentcore.protocol.transcript.Transcript} parses it, {@link
 * agentcore.protocol.transcript.Play} plays it, {@link agentcore.protocol.transcript.Expectation}
 * compares frames. Each transcript is played twice: on one server, and with its connections
 * distributed over two servers that share a store.
 *
 * <pre>
 *   # a comment; a line that starts with white space continues the previous line
 *   set RATE_LIMIT_BURST=3                     a setting of the servers; before everything else
 *   alice connects                             as the user alice
 *   alice2 connects as alice                   another connection of the same user
 *   alice connects to /ws/%61lice              with this path, in which "$name" is replaced
 *   alice connects with Origin: http://a.b     any of these, with a header of the request
 *   alice eventually connects                  retries while the server refuses the connection
 *   refused 400 /ws/a%2Fb                      a connect that is refused by HTTP; also with a header
 *   alice &gt; {"type":"ping"}                    sends exactly this text
 *   alice bytes 88 80 00 00 00 00              sends these bytes
 *   alice &lt; {"type":"pong"}                    the next frame for alice is this one
 *   alice &lt;~ {...}                             consecutive lines like this one: the next frames
 *   alice &lt;~ {...}                             are these, in any order
 *   alice skips to {...}                       any frames, up to this one
 *   alice asks {...} until {...}               repeats the request until the reply is this one
 *   alice silent                               alice has nothing to read
 *   alice closes                               closes the connection normally
 *   alice drops                                resets the connection
 *   alice closed 4409                          the server closes the connection with this code
 * </pre>
 *
 * <p>Frames are compared completely: no field may be missing or added. In an expected frame {@code
 * "*"} matches any value; {@code "*name"} captures a value when it is first used and must match it
 * afterwards; {@code "$name"} is a captured value, also in what is sent. A number with three
 * decimals matches any such number. {@code timestamp} may be left out: it is always checked that
 * every frame has one, with three decimals and the current time. At the end of a transcript no
 * client may have unread frames.
 */
package agentcore.protocol.transcript;
