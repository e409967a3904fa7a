/**
 * What tests stand on: a server of its own for each test, and a client of our own.
 *
 * <pre>
 *   TestServers -> TestServer (127.0.0.1, a free port) <---- socket ---- RawClient -> RawFrame
 *        |             |
 *   SharedStore ---> Backend
 *        ^
 *   RedisStore ---> SharedRedis   one for the JVM; each store has a prefix of its own
 *              ---> RedisProcess  one for the test, which may kill, pause and configure it
 * </pre>
 *
 * <p>Tests run in several JVMs at once, and each JVM runs its classes one after another. So a test
 * takes a free port from the system, or from {@link agentcore.testkit.FreePort} where the port must
 * be known in advance; its files are in a temporary folder; and its Redis is one of these:
 *
 * <ul>
 *   <li>{@link agentcore.testkit.SharedRedis} with a prefix ({@code stores()}) or a database
 *       ({@code database()}) of its own: for everything that leaves Redis alone. Nothing starts,
 *       nothing has to be stopped.
 *   <li>{@link agentcore.testkit.RedisProcess}: for a test that kills, pauses or configures Redis,
 *       flushes its scripts, or asserts on its counters.
 * </ul>
 *
 * <p>Nothing here sleeps. A test waits on a condition ({@link agentcore.testkit.Await}) with a
 * deadline that only a failed test reaches, and sets the time by {@link
 * agentcore.testkit.TurnedClock} or by short intervals given to constructors. No test asserts that
 * something was quick: benchmarks measure, tests do not. A test may assert that something took at
 * least its time, since a busy machine can only make it longer.
 */
package agentcore.testkit;
