/**
 * Tests what src/docs/python.md says about the Python AgentCore, and the example of a client in
 * Python.
 */
package agentcore.python;
