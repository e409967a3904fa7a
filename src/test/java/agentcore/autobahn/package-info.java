/**
 * The cases of the Autobahn test suite that apply to a server, over raw sockets: its classes 1 to 7
 * and 10, and the small ones of class 9. Each case has its number in the suite.
 *
 * <p>The suite sends any text and expects it back. Here the text travels in a request to a consumer
 * that echoes it; a text that is not a request is answered with an error. Binary messages are
 * refused with 1003, as the protocol says. Where the suite allows a lax answer (NON-STRICT), so do
 * these cases, and they say so.
 */
package agentcore.autobahn;
