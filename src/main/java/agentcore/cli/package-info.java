/**
 * The commands of {@code bin/agentcore}. {@link agentcore.cli.Cli} finds the command and returns
 * its exit code; nothing here is needed by whoever embeds the library.
 */
package agentcore.cli;
