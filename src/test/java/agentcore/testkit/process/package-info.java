/**
 * Runs commands in this JVM and the program in child processes, so that tests can signal and kill
 * it.
 */
package agentcore.testkit.process;
