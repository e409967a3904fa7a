/**
 * The commands of {@code bin/agentcore}. {@link agentcore.cli.Cli} finds the command, runs it and
 * returns its exit code. A program that embeds the library needs nothing of this.
 *
 * <pre>{@code
 * Main -> Cli --+-- serve        ServeCommand: AgentCore with the chat, until a signal stops it
 *               |                PageAddress, TeamLines: what it prints
 *               +-- invite       InviteCommand: prints a link that signs a user in
 *               +-- check        CheckCommand, Checks: prints the settings, and what is wrong with them
 *               +-- token        TokenCommand: prints a token
 *               +-- chat         agentcore.cli.chat
 *               +-- say, admin   agentcore.cli.api
 *               +-- bench        agentcore.cli.bench
 *               +-- help         Help: the program and its commands
 *
 * agentcore.cli.common: shared by the commands, such as flags and settings
 * agentcore.cli.terminal: a line that the user edits at a terminal
 * Logs, LogWriter, JsonLine: output of System.Logger
 * }</pre>
 *
 * <p>Only the commands print, read the environment and end the process. Results go to standard
 * output and errors to standard error, one sentence each. The exit code is 0 for success, 1 for
 * failure and 2 for wrong usage or configuration. Streams and environment are constructor
 * arguments, so that a test can run a command in its own process.
 *
 * <p>Threads: a command runs on the main thread. {@code serve} stops on a shutdown hook, which
 * drains the server and halts the JVM with 0, because an orderly end is a success.
 *
 * <p>Read next: {@link agentcore.cli.chat}, {@link agentcore.cli.api}, {@link agentcore.cli.bench}.
 */
package agentcore.cli;
