/**
 * Tests the Java client: with a real server over a faulty link, and with the tests of the
 * JavaScript client, whose scripts drive it through {@link agentcore.client.ClientBridge}.
 */
package agentcore.client;
