/**
 * The protocol, told as conversations and played over real sockets.
 *
 * <p>A conversation is a transcript: a file in src/test/resources/transcripts, or an example in
 * src/docs/protocol.md. {@link agentcore.protocol.Transcript} reads it, {@link
 * agentcore.protocol.Play} plays it, {@link agentcore.protocol.Expectation} compares. Every one is
 * played twice: on one server, and with its connections spread in turn over two servers that share
 * a store.
 *
 * <pre>
 *   # a comment; a line that begins with white space goes on with the line before
 *   set RATE_LIMIT_BURST=3                     a setting of the servers; before all else
 *   alice connects                             as the user alice
 *   alice2 connects as alice                   another connection of the same user
 *   alice connects to /ws/%61lice              by its path, in which "$name" may stand
 *   alice connects with Origin: http://a.b     any of these, with a header of the request
 *   refused 400 /ws/a%2Fb                      a connect that HTTP answers; with a header if one likes
 *   alice &gt; {"type":"ping"}                    sends this text exactly
 *   alice bytes 88 80 00 00 00 00              sends these bytes
 *   alice &lt; {"type":"pong"}                    the next frame for alice is this
 *   alice &lt;~ {...}                             the next frames, of lines like this one after the
 *   alice &lt;~ {...}                             other, are these in any order
 *   alice skips to {...}                       whatever comes, up to this frame
 *   alice asks {...} until {...}               asks again and again until the answer is this
 *   alice silent                               nothing is there for alice
 *   alice closes                               ends the connection in order
 *   alice drops                                cuts the connection
 *   alice closed 4409                          the server ends the connection with this code
 * </pre>
 *
 * <p>A frame is compared completely: no field may be missing, none may be there in addition. In an
 * expected frame {@code "*"} stands for any value; {@code "*name"} for any value at first, and for
 * the same ever after; {@code "$name"} for one that was seen, also in what is sent. A number with
 * three decimals stands for any such number. A {@code timestamp} need not be written down: that
 * every frame has one, with three decimals and of now, is checked always. So is that nothing is
 * left unread in the end.
 */
package agentcore.protocol;
