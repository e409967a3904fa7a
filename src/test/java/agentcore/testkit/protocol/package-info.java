/** The protocol as data for tests: its AsyncAPI description and its error codes. */
package agentcore.testkit.protocol;
