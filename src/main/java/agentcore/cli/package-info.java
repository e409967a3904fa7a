/**
 * The commands of {@code bin/agentcore}. {@link agentcore.cli.Cli} finds the command, runs it and
 * returns its exit code. A program that embeds the library needs nothing of this.
 *
 * <pre>{@code
 * Main -> Cli -> Arguments        flags, and the settings that they give
 *          |
 *          +-- serve    ServeCommand: AgentCore with the chat, until a signal stops it
 *          +-- token    TokenCommand: prints a token
 *          +-- check    CheckCommand, Checks: prints the settings, and what is wrong with them
 *          +-- chat     agentcore.cli.chat
 *          +-- bench    agentcore.cli.bench
 *
 * agentcore.cli.common: shared by the commands
 * Logs, LogWriter, JsonLine: output of System.Logger
 * }</pre>
 *
 * <p>Only this package prints, reads the environment and ends the process. Results go to standard
 * output and errors to standard error, one sentence each. The exit code is 0 for success, 1 for
 * failure and 2 for wrong usage or configuration. Streams and environment are constructor
 * arguments, so that a test can run a command in its own process.
 *
 * <p>Threads: a command runs on the main thread. {@code serve} stops on a shutdown hook, which
 * drains the server and halts the JVM with 0, because an orderly end is a success.
 *
 * <p>Read next: {@link agentcore.cli.chat}, {@link agentcore.cli.bench}.
 */
package agentcore.cli;
