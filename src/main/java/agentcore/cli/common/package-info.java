/**
 * What the commands share: flags and the settings that they give, reading the server's events, text
 * that is safe to print, and the pauses between attempts.
 */
package agentcore.cli.common;
