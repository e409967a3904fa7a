/**
 * What a hostile, broken or unlucky peer sends, over real sockets.
 *
 * <p>Each class has one server and one honest client. After every test the honest client still gets
 * its pong, and at the end of the class connections, groups and threads are as they were before.
 */
package agentcore.poison;
