/**
 * What {@code make bench} runs: AgentCore, a peer that speaks the same minimal chat, and bare
 * writes, one after the other in every round, since machines differ from minute to minute. It is
 * not shipped. The load generator is the one that is, {@code bin/agentcore bench}, in this process.
 */
package agentcore.bench;
