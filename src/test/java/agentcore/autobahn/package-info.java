/**
 * The cases of the Autobahn test suite that matter to a server, over raw sockets: its classes 1 to
 * 7 and 10, and of class 9 what is small. Each case has the number that it has there.
 *
 * <p>The suite sends any text and wants it back. Here the text travels in a request to a consumer
 * that echoes, and what is no request is told so. Binary messages are refused, as the protocol says
 * (1003). Where the suite allows a lax answer (NON-STRICT), so do these cases, and say it.
 */
package agentcore.autobahn;
