/** What src/docs/python.md says to those who know the Python AgentCore. */
package agentcore.python;
