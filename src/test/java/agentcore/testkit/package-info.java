/**
 * What tests stand on: a server of its own for each test, and a client of our own.
 *
 * <pre>
 *   TestServers -> TestServer (127.0.0.1, a free port) <---- socket ---- RawClient -> RawFrame
 *        |             |
 *   SharedStore ---> Backend
 * </pre>
 *
 * <p>Nothing here sleeps: everything waits on a condition with a deadline, and what does not come
 * in time is an {@link AssertionError}.
 */
package agentcore.testkit;
