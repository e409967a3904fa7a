/**
 * Hostile, broken and unlucky clients, over real sockets.
 *
 * <p>Each class has one server and one honest client. After every test the honest client must still
 * receive its pong, and at the end of the class no connection, group or thread may be left.
 */
package agentcore.poison;
