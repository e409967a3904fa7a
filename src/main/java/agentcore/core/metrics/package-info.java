/**
 * What an operator observes: metrics in the text format of Prometheus, and rate-limited log lines.
 *
 * <pre>{@code
 * an event --> LongAdder, Counters, Histogram --+
 *                                               v
 * a current value --> gauge (read lazily) ----> Metrics.text() --> GET /metrics
 *
 * a line that clients can cause --> LimitedLog --(at most 50 a second)--> log
 * }</pre>
 *
 * <p>Each server has one {@link agentcore.core.metrics.Metrics}, passed to constructors, so several
 * servers in one process do not mix. Counting takes no lock and allocates nothing.
 *
 * <p>No label contains a room or a user: their number has no bound, and they are private. The
 * package imports only the JDK, and all of core may import it.
 *
 * <p>Threads: any, at any time. A reading is not a snapshot of one moment, and need not be.
 *
 * <p>Read next: src/docs/operations.md, which explains each metric; then {@code agentcore.example}.
 */
package agentcore.core.metrics;
