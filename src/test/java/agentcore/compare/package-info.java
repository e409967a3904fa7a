/**
 * What {@code make bench} and {@code make engines} run: the same load on AgentCore, on its peers,
 * and on bare writes, one directly after the other in every round, because a machine's speed
 * changes from minute to minute. It is not part of the program.
 *
 * <p>The load comes from {@link agentcore.cli.bench}. The peers, the script that starts all of
 * this, and the results are in {@code src/bench}.
 */
package agentcore.compare;
