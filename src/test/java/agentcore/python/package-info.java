/** Tests what src/docs/python.md says about the Python AgentCore. */
package agentcore.python;
