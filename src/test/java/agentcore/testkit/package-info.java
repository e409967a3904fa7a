/**
 * Servers, stores and clients for tests: each test gets its own server, and talks to it through a
 * client of ours.
 *
 * <pre>
 *   TestServers -> TestServer (127.0.0.1, a free port) <---- socket ---- RawClient -> RawFrame
 *        |             |
 *   SharedStore ---> Backend
 *        ^
 *   RedisStore ---> SharedRedis   one per JVM; each store has its own key prefix
 *              ---> RedisProcess  one per test, which may kill, pause and configure it
 * </pre>
 *
 * <p>Programs as processes are in {@link agentcore.testkit.process}, proxies with faults and TLS in
 * {@link agentcore.testkit.network}.
 *
 * <p>Several JVMs run tests at the same time, and each JVM runs its test classes one after another.
 * Therefore a test takes a free port from the system, or from {@link
 * agentcore.testkit.process.FreePort} if the port must be known in advance; it writes to a
 * temporary folder; and it uses one of these:
 *
 * <ul>
 *   <li>{@link agentcore.testkit.SharedRedis} with its own key prefix ({@code stores()}) or
 *       database ({@code database()}), unless the test interferes with Redis. Nothing has to be
 *       started or stopped.
 *   <li>{@link agentcore.testkit.RedisProcess}, if the test kills, pauses or configures Redis,
 *       flushes its scripts, or asserts on its counters.
 * </ul>
 *
 * <p>Tests do not sleep. They wait for conditions ({@link agentcore.testkit.Await}) with a deadline
 * that only a failing test reaches, and control time with a {@link agentcore.testkit.ManualClock}
 * or with short intervals passed to constructors. No test asserts that something was fast; that is
 * the benchmarks' task. A test may assert that something took at least a given time, because a busy
 * machine can only make it longer.
 */
package agentcore.testkit;
